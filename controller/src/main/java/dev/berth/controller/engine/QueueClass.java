package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.QueueOrder;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.scheduling.Search;
import dev.berth.controller.scheduling.StorageNeeds;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Pods that wait and ask for the same: where one finds no place, none of them does, so only the first is tried. Soft;
 * part of {@link QueueLine}.
 */
final class QueueClass {
    private final Key key;
    private final NavigableSet<QueueOrder> waiting = new TreeSet<>();

    /** When a pod that could give way to this class loses its protection; 0 for none. */
    long preemptMillis;

    /** When the members are to be told next why they wait. */
    long tellMillis;

    /**
     * What makes two pods wait for the same.
     *
     * @param ports how many are to be published
     * @param gang null unless the members are placed together
     * @param failsFast ends when it finds no place: those for whom others were to be stopped, in vain
     */
    record Key(
            TenantId tenant,
            ResourceRequest request,
            StorageNeeds needs,
            int ports,
            @Nullable DeploymentId gang,
            boolean failsFast) {
        /** Of pods that simply wait. */
        static Key of(TenantId tenant, Search search) {
            return new Key(tenant, search.request(), search.needs(), search.ports(), null, false);
        }

        static Key of(ClusterView cluster, Pod pod) {
            DeploymentId gang = null;
            if (pod.membership() != null) {
                Deployment deployment = cluster.deployment(pod.membership().deploymentId());
                gang = deployment != null && deployment.spec().gang() ? deployment.id() : null;
            }
            boolean failsFast = pod.spec().unplaced() == Unplaced.FAIL_FAST && !pod.isRun() && !pod.isElastic();
            return new Key(
                    pod.tenant(),
                    pod.spec().request(),
                    StorageNeeds.of(cluster, pod),
                    pod.spec().tcpPorts().size(),
                    gang,
                    failsFast);
        }
    }

    QueueClass(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }

    ResourceRequest request() {
        return key.request;
    }

    boolean isGang() {
        return key.gang != null;
    }

    /** In the order of the queue; never empty while listed. */
    NavigableSet<QueueOrder> waiting() {
        return waiting;
    }

    QueueOrder head() {
        return waiting.first();
    }
}
