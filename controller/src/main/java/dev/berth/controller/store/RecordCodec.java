package dev.berth.controller.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.proto.journal.v1.Record;

/** {@link JournalRecord} and its bytes on disk, both ways and exact. Pure; called by stores. */
public final class RecordCodec {
    private RecordCodec() {}

    public static byte[] toBytes(JournalRecord entry) {
        return RecordWriter.toProto(entry).toByteArray();
    }

    /** Throws {@link StoreFailedException} on what this version cannot read; a record is never skipped. */
    public static JournalRecord fromBytes(long version, byte[] bytes) {
        try {
            return RecordReader.toModel(Record.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new StoreFailedException(
                    "Journal record " + version + " cannot be read: " + e.getMessage()
                            + ". It was written by a newer controller or is damaged: start the newest version that ran"
                            + " on this data folder, or restore the folder from a backup.",
                    e);
        }
    }
}
