package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.v1.WatchPodsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one watcher wants, and the snapshot that its stream begins with, taken in lots so that it holds neither the loop
 * nor much memory. Each lot has its own version; {@link #isOld} leaves out the changes that a lot showed already, so
 * that what follows the snapshot only ever moves forward. Used by one {@link PodWatch}.
 */
final class WatchQuery {
    private static final int SCANNED_PER_LOT = 2_000;
    static final int SHOWN_PER_LOT = 128;

    private final TenantId tenant;

    /** Null for all pods of the tenant. */
    private final @Nullable PodId only;

    /** Version of each lot by the last pod that it covers. */
    private final NavigableMap<PodOrder, Long> lots = new TreeMap<>();

    private long lastLotVersion;

    WatchQuery(TenantId tenant, @Nullable PodId only) {
        this.tenant = tenant;
        this.only = only;
    }

    /** {@code end} is the last pod that the lot covers; null when it covers all the rest. */
    record Lot(List<WatchPodsResponse> messages, @Nullable PodOrder end, long version) {}

    /** The one pod that is watched must exist and be the caller's. On the loop's thread. */
    void requirePod(Reader reader) {
        if (only != null) {
            PodEndpoint.find(reader, tenant, only.value());
        }
    }

    boolean wants(Pod pod) {
        return pod.tenant().equals(tenant) && (only == null || pod.id().equals(only));
    }

    /** Pods in progress after one, oldest first. On the loop's thread. */
    Lot lot(Reader reader, @Nullable PodOrder after) {
        List<Pod> pods = new ArrayList<>();
        @Nullable PodOrder end = null;
        if (only != null) {
            Pod pod = PodEndpoint.find(reader, tenant, only.value());
            if (!pod.state().isFinal()) {
                pods.add(pod);
            }
        } else {
            NavigableMap<PodOrder, Pod> all = reader.cluster().podsByAge();
            int scanned = 0;
            for (Pod pod : (after == null ? all : all.tailMap(after, false)).values()) {
                if (wants(pod) && !pod.state().isFinal()) {
                    pods.add(pod);
                }
                if (++scanned == SCANNED_PER_LOT || pods.size() == SHOWN_PER_LOT) {
                    end = PodOrder.of(pod);
                    break;
                }
            }
        }
        return new Lot(show(reader, pods), end, reader.cluster().version());
    }

    static List<WatchPodsResponse> show(Reader reader, List<Pod> pods) {
        List<WatchPodsResponse> messages = new ArrayList<>(pods.size());
        Views.pods(reader, pods)
                .forEach(pod -> messages.add(
                        WatchPodsResponse.newBuilder().setChanged(pod).build()));
        return messages;
    }

    void taken(Lot lot) {
        if (lot.end != null) {
            lots.put(lot.end, lot.version);
        }
        lastLotVersion = lot.version;
    }

    /** Whether the snapshot already showed the pod at this or a later version, or left it out as ended. */
    boolean isOld(Pod change) {
        if (change.version() > lastLotVersion) {
            lots.clear();
            return false;
        }
        var lot = lots.ceilingEntry(PodOrder.of(change));
        return change.version() <= (lot == null ? lastLotVersion : lot.getValue());
    }
}
