package dev.berth.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.proto.agent.v1.CopyKey;
import dev.berth.proto.agent.v1.VolumeMount;
import dev.berth.proto.agent.v1.VolumeOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every word of the wire about volumes, as it arrives here and as it leaves, over values of every shape. */
class VolumeMessagesTest {
    private static final int ROUNDS = 500;
    private static final String[] TEXTS = {"", "a", "Zürich ✓", "line\nline", "x".repeat(300)};

    private final SplittableRandom random = new SplittableRandom(7);

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private String id() {
        return "%016d".formatted(random.nextLong(1_000_000_000_000_000L));
    }

    private <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private CopyKey.Builder key() {
        return CopyKey.newBuilder().setVolumeId(id()).setGeneration(random.nextInt(1_000_000));
    }

    private VolumeOrder order(dev.berth.proto.v1.CopyGoal goal, dev.berth.proto.v1.VolumeKind kind) {
        VolumeOrder.Builder order = VolumeOrder.newBuilder()
                .setKey(key())
                .setGoal(goal)
                .setKind(kind)
                .setTenantId(text())
                .setPodId(text())
                .setSizeGb(random.nextInt(1, 4_097))
                .setProven(random.nextBoolean())
                .setShare(text())
                .setRestoredFrom(random.nextInt(5));
        if (random.nextBoolean()) {
            order.getSourceBuilder()
                    .setAddress(text())
                    .setFingerprint(text())
                    .setTicket(text())
                    .setGeneration(random.nextInt(9));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            order.addGrantsBuilder().setTicket(text()).setFingerprint(text());
        }
        return order.build();
    }

    @Test
    void ordersArriveAsTheyWereSent() throws InvalidProtocolBufferException {
        for (int round = 0; round < ROUNDS; round++) {
            CopyGoal goal = of(List.of(CopyGoal.values()));
            VolumeKind kind = of(List.of(VolumeKind.values()));
            VolumeOrder sent = order(
                    dev.berth.proto.v1.CopyGoal.valueOf("COPY_" + goal),
                    dev.berth.proto.v1.VolumeKind.valueOf(kind + "_VOLUME"));
            var taken = VolumeMessages.order(VolumeOrder.parseFrom(sent.toByteArray()));
            FetchSource source = sent.hasSource()
                    ? new FetchSource(
                            sent.getSource().getAddress(),
                            sent.getSource().getFingerprint(),
                            sent.getSource().getTicket(),
                            sent.getSource().getGeneration())
                    : null;
            assertThat(taken)
                    .isEqualTo(new dev.berth.agent.model.VolumeOrder(
                            new VolumeKey(
                                    sent.getKey().getVolumeId(), sent.getKey().getGeneration()),
                            goal,
                            kind,
                            sent.getTenantId(),
                            sent.getPodId(),
                            sent.getSizeGb(),
                            sent.getProven(),
                            sent.getShare(),
                            source,
                            sent.getGrantsList().stream()
                                    .map(grant -> new FetchGrant(grant.getTicket(), grant.getFingerprint()))
                                    .toList(),
                            sent.getRestoredFrom()));
        }
    }

    @Test
    void whatThisAgentDoesNotKnowIsRefusedAndNotGuessed() {
        VolumeOrder known = order(dev.berth.proto.v1.CopyGoal.COPY_KEEP, dev.berth.proto.v1.VolumeKind.SYSTEM_VOLUME);
        for (VolumeOrder.Builder odd : List.of(
                known.toBuilder().setGoalValue(99),
                known.toBuilder().clearGoal(),
                known.toBuilder().setKindValue(99),
                known.toBuilder().clearKind())) {
            assertThatThrownBy(() -> VolumeMessages.order(odd.build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(known.getKey().getVolumeId())
                    .hasMessageContaining("upgrade it");
        }
        for (String id : List.of("", "../../etc/passwd0", "ABCDEFGHIJKLMNOP")) {
            VolumeOrder.Builder odd = known.toBuilder();
            odd.getKeyBuilder().setVolumeId(id);
            assertThatThrownBy(() -> VolumeMessages.order(odd.build())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void mountsArriveAsTheyWereSent() {
        for (int round = 0; round < ROUNDS; round++) {
            VolumeKind kind = of(List.of(VolumeKind.values()));
            VolumeMount sent = VolumeMount.newBuilder()
                    .setKey(key())
                    .setKind(dev.berth.proto.v1.VolumeKind.valueOf(kind + "_VOLUME"))
                    .setMountPath(text())
                    .setShare(text())
                    .build();
            assertThat(VolumeMessages.mount(sent))
                    .isEqualTo(new dev.berth.agent.model.VolumeMount(
                            VolumeMessages.key(sent.getKey()), kind, sent.getMountPath(), sent.getShare()));
        }
    }

    @Test
    void copiesAreToldAsTheyAreSeenAndAnUnknownSizeIsAbsent() {
        for (int round = 0; round < ROUNDS; round++) {
            CopyCondition condition = of(List.of(CopyCondition.values()));
            ObservedCopy seen = new ObservedCopy(
                    new VolumeKey(id(), random.nextInt(1_000_000)),
                    condition,
                    random.nextBoolean() ? -1 : random.nextLong(1L << 50),
                    random.nextInt(101),
                    text());
            var told = VolumeMessages.copy(seen);
            assertThat(VolumeMessages.key(told.getKey())).isEqualTo(seen.key());
            assertThat(told.getCondition().name()).isEqualTo("COPY_" + condition);
            assertThat(told.hasAllocatedBytes()).isEqualTo(seen.allocatedBytes() >= 0);
            assertThat(told.hasAllocatedBytes() ? told.getAllocatedBytes() : -1).isEqualTo(seen.allocatedBytes());
            assertThat(told.getPercent()).isEqualTo(seen.percent());
            assertThat(told.getMessage()).isEqualTo(seen.message());
        }
    }
}
