package dev.berth.controller.host;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
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

    /** Pods of the deployment that hold units of the host, by id. */
    public static NavigableSet<PodId> members(ClusterView cluster, Host host, DeploymentId deploymentId) {
        NavigableSet<PodId> members = new TreeSet<>();
        for (PodId podId : cluster.holders(host.id())) {
            Pod pod = cluster.pod(podId);
            if (pod != null && pod.isMemberOf(deploymentId) && !pod.state().isFinal()) {
                members.add(podId);
            }
        }
        return members;
    }
}
