package dev.berth.controller.model;

import org.jspecify.annotations.Nullable;

/**
 * A volume at one resource version. Immutable.
 *
 * @param name of a network volume; empty otherwise
 * @param podId whose it is or, in the trash, was; null of a network volume
 * @param trashedMillis when it went to the trash; 0 while it lives
 */
public record Volume(
        VolumeId id,
        TenantId tenant,
        VolumeKind kind,
        String name,
        @Nullable PodId podId,
        VolumePlace place,
        int sizeGb,
        Whereabouts whereabouts,
        long createdMillis,
        long trashedMillis,
        long version) {
    public static final int LEAST_NETWORK_GB = 10;

    public boolean isTrashed() {
        return trashedMillis > 0;
    }

    /** The copy that counts; generation 0 where there is none. */
    public VolumeKey current() {
        return new VolumeKey(id, whereabouts.generation());
    }

    public Volume with(Whereabouts now, long newVersion) {
        return new Volume(id, tenant, kind, name, podId, place, sizeGb, now, createdMillis, trashedMillis, newVersion);
    }

    public Volume withSize(int newSizeGb, long newVersion) {
        return new Volume(
                id, tenant, kind, name, podId, place, newSizeGb, whereabouts, createdMillis, trashedMillis, newVersion);
    }

    public Volume trashed(long atMillis, long newVersion) {
        return new Volume(
                id, tenant, kind, name, podId, place, sizeGb, whereabouts, createdMillis, atMillis, newVersion);
    }

    public Volume restored(@Nullable PodId owner, long newVersion) {
        return new Volume(
                id, tenant, kind, name, owner, place, sizeGb, whereabouts.restored(), createdMillis, 0, newVersion);
    }
}
