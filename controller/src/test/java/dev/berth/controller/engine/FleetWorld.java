package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.TENANT;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.Set;

/** A {@link DeploymentCluster} with words for what administrators do to hosts, and hosts that fall silent. */
final class FleetWorld {
    static final Actor ADMIN = new Actor(Actor.Kind.ADMIN, "root");
    private static final long SECOND = 1_000;

    final DeploymentCluster world = new DeploymentCluster();
    final TestCluster cluster = world.cluster;
    private int keys;

    static Inventory gpus(String host, int count) {
        return TestCluster.inventory("RTX 4090", count, 16 * count, 90 * count, "GPU-" + host);
    }

    void join(String host, int count) {
        cluster.join(host, gpus(host, count));
    }

    Reply act(String host, HostAction action) {
        return act(host, action, 600 * SECOND, "fleet-" + keys++);
    }

    Reply drain(String host, long deadlineSeconds) {
        return act(host, HostAction.DRAIN, deadlineSeconds * SECOND, "fleet-" + keys++);
    }

    Reply act(String host, HostAction action, long deadlineMillis, String key) {
        RequestKey request = new RequestKey(TENANT, action.name(), key, action + host + deadlineMillis);
        return cluster.step(new Event.HostActed(request, ADMIN, host, action, deadlineMillis, cluster.nowMillis));
    }

    /** Second by second; all hosts that have a session are heard but for the silent ones. */
    void pass(long seconds, String... silent) {
        Set<String> quiet = Set.of(silent);
        for (long second = 0; second < seconds; second++) {
            cluster.nowMillis += SECOND;
            for (var host : List.copyOf(cluster.engine.cluster().hosts())) {
                var session = cluster.engine.liveness().session(host.id());
                if (session != null && !quiet.contains(host.name())) {
                    cluster.step(new Event.HostHeard(host.id(), session.epoch(), cluster.nowMillis));
                }
            }
            cluster.step(new Event.Ticked(cluster.nowMillis));
        }
    }

    /** The host dials again and reports these pods and no others. */
    void returns(String host, int count, ObservedPod... pods) {
        long epoch = cluster.dial(host, gpus(host, count));
        cluster.report(host, epoch, true, pods);
    }

    Pod running(String id, int gpus) {
        Pod pod = cluster.deploy(id, gpus, Unplaced.FAIL_FAST);
        cluster.report(hostOf(pod), pod, ObservedPod.Phase.RUNNING);
        return cluster.pod(id);
    }

    static String hostOf(Pod pod) {
        HostId hostId = pod.placement().hostId();
        return hostId == null ? "" : hostId.value();
    }

    Pod now(Pod pod) {
        return world.pod(pod.id());
    }

    List<Pod> membersOn(String host) {
        return world.live().stream().filter(pod -> hostOf(pod).equals(host)).toList();
    }

    long runningMembers() {
        return world.live().stream()
                .filter(pod -> pod.state() == PodState.RUNNING)
                .count();
    }

    List<String> events(String host) {
        return cluster.engine.cluster().hostEvents(new HostId(host)).stream()
                .map(HostEvent::message)
                .toList();
    }
}
