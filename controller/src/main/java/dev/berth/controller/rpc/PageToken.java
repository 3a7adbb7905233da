package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.v1.ListPodsRequest;
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

    /** What makes two queries the same list: everything but the size of the page and the place in it. */
    static String binding(TenantId tenant, ListPodsRequest request) {
        String digest = RequestDigest.of(
                request.toBuilder().clearPageToken().clearPageSize().build());
        return Integer.toHexString(tenant.value().hashCode()).concat(digest).substring(0, BINDING_LENGTH);
    }

    static String encode(String binding, PodOrder last) {
        byte[] id = last.id().value().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(BINDING_LENGTH + Long.BYTES + id.length)
                .put(binding.getBytes(StandardCharsets.US_ASCII))
                .putLong(last.createdMillis())
                .put(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Empty when the token is of another query or no token at all. */
    static Optional<PodOrder> decode(String binding, String token) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            byte[] boundTo = new byte[BINDING_LENGTH];
            bytes.get(boundTo);
            long createdMillis = bytes.getLong();
            byte[] id = new byte[bytes.remaining()];
            bytes.get(id);
            String podId = new String(id, StandardCharsets.US_ASCII);
            boolean valid = binding.equals(new String(boundTo, StandardCharsets.US_ASCII)) && Ids.isId(podId);
            return valid ? Optional.of(new PodOrder(createdMillis, new PodId(podId))) : Optional.empty();
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }
}
