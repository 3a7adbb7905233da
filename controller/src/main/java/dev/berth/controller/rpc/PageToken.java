package dev.berth.controller.rpc;

import com.google.protobuf.MessageLite;
import dev.berth.controller.model.TenantId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a page of a list ended, bound to the query that it belongs to. Pure. Says nothing that its holder did not see;
 * a forged one shows no more than the query would.
 */
final class PageToken {
    private static final int BINDING_LENGTH = 16;

    private PageToken() {}

    /** Where a page ended: the last of what it showed. */
    record Place(long createdMillis, String id) {}

    /** What makes two queries the same list: it comes without the size of the page and the place in it. */
    static String binding(TenantId tenant, MessageLite query) {
        return Integer.toHexString(tenant.value().hashCode())
                .concat(RequestDigest.of(query))
                .substring(0, BINDING_LENGTH);
    }

    static String encode(String binding, long createdMillis, String lastId) {
        byte[] id = lastId.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(BINDING_LENGTH + Long.BYTES + id.length)
                .put(binding.getBytes(StandardCharsets.US_ASCII))
                .putLong(createdMillis)
                .put(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Empty when the token is of another query or no token at all. */
    static Optional<Place> decode(String binding, String token) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            byte[] boundTo = new byte[BINDING_LENGTH];
            bytes.get(boundTo);
            long createdMillis = bytes.getLong();
            byte[] rest = new byte[bytes.remaining()];
            bytes.get(rest);
            String id = new String(rest, StandardCharsets.US_ASCII);
            boolean valid = binding.equals(new String(boundTo, StandardCharsets.US_ASCII)) && Ids.isId(id);
            return valid ? Optional.of(new Place(createdMillis, id)) : Optional.empty();
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }
}
