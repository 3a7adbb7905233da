package dev.berth.controller.host;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import java.util.NavigableSet;
import java.util.TreeSet;

/** What it means for pods that their host is being emptied. Pure. */
public final class Drain {
    private Drain() {}

    /** Whether the host is being emptied and not empty yet: once it is, its standing has no deadline any more. */
    public static boolean isUnderWay(Host host) {
        return host.standing().availability() == Availability.DRAINING
                && host.standing().deadlineMillis() > 0;
    }

    /**
     * Members of a ReplicaSet that shall move away before their hosts' deadlines, by id: each is to have a running
     * replacement elsewhere before it is ended. The pods of Jobs and gangs have nowhere to go meanwhile: they run on to
     * the deadline, and are never named here.
     */
    public static NavigableSet<PodId> leaving(ClusterView cluster, DeploymentId deploymentId) {
        NavigableSet<PodId> leaving = new TreeSet<>();
        Deployment deployment = cluster.deployment(deploymentId);
        if (deployment == null
                || !deployment.spec().isReplicaSet()
                || deployment.spec().gang()) {
            return leaving;
        }
        for (Pod pod : cluster.livePods(deploymentId)) {
            HostId hostId = pod.placement().hostId();
            Host host = hostId == null || pod.placement().grant() == null ? null : cluster.host(hostId);
            if (host != null && isUnderWay(host) && pod.state() != PodState.TERMINATING) {
                leaving.add(pod.id());
            }
        }
        return leaving;
    }
}
