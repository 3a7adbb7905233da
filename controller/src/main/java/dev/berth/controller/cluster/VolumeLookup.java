package dev.berth.controller.cluster;

import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import org.jspecify.annotations.Nullable;

/**
 * A volume by what people call it: its id, also in the trash, else the name of a network volume that is not there.
 * Another tenant's volume is answered exactly as one that does not exist.
 */
public final class VolumeLookup {
    private VolumeLookup() {}

    /** Null for none. */
    public static @Nullable Volume find(ClusterView cluster, TenantId tenant, String idOrName) {
        Volume byId = cluster.volume(new VolumeId(idOrName));
        return byId != null && byId.tenant().equals(tenant) ? byId : cluster.networkVolumeNamed(tenant, idOrName);
    }

    public static Reply.Refused notFound(String idOrName) {
        return Reply.refused(Reply.Kind.NOT_FOUND, "no volume has the id or name \"" + idOrName + "\".");
    }
}
