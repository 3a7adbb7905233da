package dev.berth.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.proto.journal.v1.PodMoved;
import dev.berth.proto.journal.v1.Record;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    @Test
    void everyKindOfRecordComesBackAsItWas() {
        RandomHistory history = new RandomHistory(1);
        Map<Class<?>, Integer> seen = new HashMap<>();
        for (int i = 1; i <= 20_000; i++) {
            JournalRecord entry = history.next();
            seen.merge(entry.getClass(), 1, Integer::sum);
            assertThat(RecordCodec.fromBytes(i, RecordCodec.toBytes(entry))).isEqualTo(entry);
        }
        assertThat(seen.keySet()).containsExactlyInAnyOrderElementsOf(kinds(JournalRecord.class));
        assertThat(seen.values()).as("%s", seen).allMatch(count -> count > 20);
    }

    @Test
    void everyKindOnDiskIsReadIntoARecord() {
        // A kind added to the proto alone would be written by nobody and found here.
        assertThat(Record.getDescriptor().getOneofs().getFirst().getFieldCount())
                .isEqualTo(kinds(JournalRecord.class).size());
    }

    private static List<Class<?>> kinds(Class<?> of) {
        return Stream.of(of.getPermittedSubclasses())
                .flatMap(kind -> kind.isSealed() ? kinds(kind).stream() : Stream.of(kind))
                .toList();
    }

    @Test
    void unknownKindIsRefusedWithTheNumberOfTheRecord() {
        byte[] fromTheFuture = Record.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                999,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RecordCodec.fromBytes(17, fromTheFuture))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("Journal record 17")
                .hasMessageContaining("[999]")
                .hasMessageContaining("start the newest version");
    }

    @Test
    void unknownEnumValueIsRefused() {
        byte[] unknownState = Record.newBuilder()
                .setPodMoved(PodMoved.newBuilder()
                        .setTo(dev.berth.proto.journal.v1.PodStatus.newBuilder()
                                .setDesired(dev.berth.proto.v1.DesiredState.DESIRED_RUNNING)
                                .setStateValue(77)))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RecordCodec.fromBytes(18, unknownState))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("Journal record 18")
                .hasMessageContaining("PodState");
    }

    @Test
    void brokenBytesAreRefused() {
        assertThatThrownBy(() -> RecordCodec.fromBytes(19, new byte[] {10, 127, 1}))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("Journal record 19");
    }
}
