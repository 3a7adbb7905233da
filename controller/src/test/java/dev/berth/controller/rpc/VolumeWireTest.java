package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.model.Whereabouts;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.agent.v1.CopyKey;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.ObservedCopy;
import dev.berth.proto.agent.v1.VolumeOrder;
import dev.berth.proto.v1.CopyCondition;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every word of the link about volumes, as it leaves for an agent and as it comes from one, over values of every shape. */
class VolumeWireTest {
    private static final int ROUNDS = 500;

    private final SplittableRandom random = new SplittableRandom(11);
    private final Assignments assignments = new Assignments(new Tickets(random));

    private <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private VolumeKey key() {
        String id = "%016d".formatted(random.nextLong(1_000_000_000_000_000L));
        return new VolumeKey(new VolumeId(id), random.nextInt(1, 100));
    }

    private Effect.Peer peer(VolumeKey key) {
        String word = Long.toString(random.nextLong(1L << 40), 36);
        return new Effect.Peer(key, new HostReach("h", 1, 2, word + ":7", word, List.of(), 0));
    }

    private Volume volume(VolumeKey key, VolumeKind kind) {
        Whereabouts where = new Whereabouts(
                new HostId("host"), of(List.of(key.generation(), 777)), 900, random.nextBoolean(), random.nextInt(3));
        boolean shared = kind == VolumeKind.NETWORK;
        return new Volume(
                key.volumeId(),
                new TenantId("tenant"),
                kind,
                "",
                shared ? null : new PodId("pod"),
                shared ? new VolumePlace("eu", "nfs") : VolumePlace.NONE,
                random.nextInt(1, 4_097),
                where,
                1,
                0,
                1);
    }

    private VolumeOrder sent(Effect.OrderedCopy ordered) throws InvalidProtocolBufferException {
        Effect.SendDesired effect = new Effect.SendDesired(
                new HostId("host"), 1, 2, false, 1, List.of(), List.of(), List.of(ordered), List.of(key()));
        DesiredState state =
                DesiredState.parseFrom(assignments.desired(effect, "eu").toByteArray());
        assertThat(state.getWithdrawnCopiesList())
                .containsExactly(VolumeProtos.toProto(effect.withdrawnCopies().getFirst()));
        assertThat(state.getVolumesCount()).isEqualTo(1);
        return state.getVolumes(0);
    }

    @Test
    void ordersSayAllThatTheControllerKnows() throws InvalidProtocolBufferException {
        for (int round = 0; round < ROUNDS; round++) {
            VolumeKey key = key();
            CopyGoal goal = of(List.of(CopyGoal.values()));
            Volume volume = volume(key, of(List.of(VolumeKind.values())));
            Effect.Peer source = random.nextBoolean() ? peer(key()) : null;
            List<Effect.Peer> takers = random.nextBoolean() ? List.of(peer(key()), peer(key())) : List.of();
            VolumeOrder order = sent(new Effect.OrderedCopy(
                    new VolumeCopy(key, new HostId("host"), goal, 5, 6, 7), volume, source, takers));

            boolean counts = volume.whereabouts().generation() == key.generation();
            assertThat(order.getKey()).isEqualTo(VolumeProtos.toProto(key));
            assertThat(VolumeProtos.toModel(order.getGoal())).isEqualTo(goal);
            assertThat(VolumeProtos.toModel(order.getKind())).isEqualTo(volume.kind());
            assertThat(order.getTenantId()).isEqualTo("tenant");
            assertThat(order.getPodId()).isEqualTo(volume.podId() == null ? "" : "pod");
            boolean isGiven = goal == CopyGoal.KEEP || goal == CopyGoal.FETCH;
            assertThat(order.getSizeGb())
                    .as("what its host has given it")
                    .isEqualTo(isGiven && volume.kind() != VolumeKind.NETWORK ? 7 : volume.sizeGb());
            assertThat(order.getShare()).isEqualTo(volume.place().share());
            assertThat(order.getProven())
                    .as("only of the copy that counts")
                    .isEqualTo(counts && volume.whereabouts().proven());
            assertThat(order.getRestoredFrom())
                    .isEqualTo(counts ? volume.whereabouts().restoredFrom() : 0);
            assertThat(order.hasSource()).isEqualTo(source != null);
            if (source != null) {
                assertThat(order.getSource().getAddress())
                        .isEqualTo(source.reach().transferAddress());
                assertThat(order.getSource().getFingerprint())
                        .isEqualTo(source.reach().transferFingerprint());
                assertThat(order.getSource().getGeneration())
                        .isEqualTo(source.key().generation());
            }
            assertThat(order.getGrantsList())
                    .extracting(grant -> grant.getFingerprint())
                    .containsExactlyElementsOf(takers.stream()
                            .map(taker -> taker.reach().transferFingerprint())
                            .toList());
        }
    }

    @Test
    void bothEndsOfAMoveGetTheSameTicketAndNoOtherMoveDoes() throws InvalidProtocolBufferException {
        VolumeKey from = key();
        VolumeKey to = new VolumeKey(from.volumeId(), from.generation() + 1);
        Volume volume = volume(from, VolumeKind.POD);
        HostId host = new HostId("host");
        VolumeOrder gives = sent(new Effect.OrderedCopy(
                new VolumeCopy(from, host, CopyGoal.KEEP, 5, 6, 7), volume, null, List.of(peer(to), peer(key()))));
        VolumeOrder takes = sent(new Effect.OrderedCopy(
                new VolumeCopy(to, host, CopyGoal.FETCH, 5, 6, 7), volume, peer(from), List.of()));
        assertThat(takes.getSource().getTicket())
                .matches("[0-9a-f]{64}")
                .isEqualTo(gives.getGrants(0).getTicket())
                .isNotEqualTo(gives.getGrants(1).getTicket());
    }

    @Test
    void copiesAreTakenAsTheyWereToldAndWhatMeansNothingMovesNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            Condition condition = of(List.of(Condition.values()));
            VolumeKey key = key();
            ObservedCopy.Builder told = ObservedCopy.newBuilder()
                    .setKey(VolumeProtos.toProto(key))
                    .setCondition(CopyCondition.valueOf("COPY_" + condition))
                    .setPercent(random.nextInt(-50, 200))
                    .setMessage(of(List.of("", "a", "line\nline", "x".repeat(5_000))));
            long bytes = random.nextBoolean() ? -1 : random.nextLong(1L << 50);
            if (bytes >= 0) {
                told.setAllocatedBytes(bytes);
            }
            assertThat(CopyReports.toModel(told.build())).hasValueSatisfying(copy -> {
                assertThat(copy.key()).isEqualTo(key);
                assertThat(copy.condition()).isEqualTo(condition);
                assertThat(copy.allocatedBytes()).isEqualTo(bytes);
                assertThat(copy.percent()).isEqualTo(Math.clamp(told.getPercent(), 0, 100));
                assertThat(copy.message()).doesNotContain("\n").hasSizeLessThanOrEqualTo(AgentRequests.MAX_SENTENCE);
            });
        }
        ObservedCopy known = ObservedCopy.newBuilder()
                .setKey(VolumeProtos.toProto(key()))
                .setCondition(CopyCondition.COPY_ABSENT)
                .build();
        assertThat(CopyReports.toModel(known)).isPresent();
        assertThat(CopyReports.toModel(known.toBuilder().setConditionValue(99).build()))
                .isEmpty();
        assertThat(CopyReports.toModel(known.toBuilder().clearCondition().build()))
                .isEmpty();
        assertThat(CopyReports.toModel(known.toBuilder()
                        .setKey(CopyKey.newBuilder().setVolumeId("../x"))
                        .build()))
                .isEmpty();
    }
}
