package dev.berth.agent.transfer;

import dev.berth.agent.model.VolumeKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The digest of a whole copy, made by each end on its own: SHA-256 over "berth-transfer-1", the volume key's text, the
 * file's size, then for every cell in order its number, how many pieces it has, offset and length of each, and the hash
 * of its data. Numbers are 8 bytes, big-endian. One thread.
 */
final class TransferDigest {
    private final MessageDigest digest = Fingerprints.sha256();

    TransferDigest(VolumeKey volume, long fileBytes) {
        digest.update(("berth-transfer-1 " + volume + "\n").getBytes(StandardCharsets.US_ASCII));
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(fileBytes).flip());
    }

    void add(Cell cell, byte[] sha256) {
        int pieces = cell.offsets().length;
        ByteBuffer buffer = ByteBuffer.allocate((2 + 2 * pieces) * Long.BYTES + sha256.length);
        buffer.putLong(cell.number()).putLong(pieces);
        for (int i = 0; i < pieces; i++) {
            buffer.putLong(cell.offsets()[i]).putLong(cell.lengths()[i]);
        }
        digest.update(buffer.put(sha256).flip());
    }

    byte[] finish() {
        return digest.digest();
    }
}
