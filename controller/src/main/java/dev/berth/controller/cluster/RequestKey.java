package dev.berth.controller.cluster;

import dev.berth.controller.model.TenantId;

/**
 * What makes two mutating calls the same: tenant, method and the client's key. {@code digest} is the hash (hex of
 * SHA-256) of the request without its key; it tells a retry from another request under a used key.
 */
public record RequestKey(TenantId tenant, String method, String key, String digest) {
    /** The identity without the digest. */
    public Identity identity() {
        return new Identity(tenant, method, key);
    }

    public record Identity(TenantId tenant, String method, String key) {}
}
