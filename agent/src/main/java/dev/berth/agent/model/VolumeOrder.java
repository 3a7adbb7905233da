package dev.berth.agent.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the controller wants of one copy of a volume on this host. A copy without one is left as it is, for ever.
 *
 * @param proven it was reported present before: never made anew
 * @param share of a network volume
 * @param source with FETCH
 * @param grants with KEEP: who may fetch it while it is not mounted
 * @param restoredFrom with KEEP: generation of the copy in this host's trash that it is to be made of; 0: none
 */
public record VolumeOrder(
        VolumeKey key,
        CopyGoal goal,
        VolumeKind kind,
        String tenantId,
        String podId,
        int sizeGb,
        boolean proven,
        String share,
        @Nullable FetchSource source,
        List<FetchGrant> grants,
        int restoredFrom) {
    private static final long GB = 1L << 30;

    public VolumeOrder {
        grants = List.copyOf(grants);
    }

    public long sizeBytes() {
        return sizeGb * GB;
    }
}
