package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.host.Drain;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Standing;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hosts that are being emptied, by deadline. Until then deployments move their pods by themselves; at the deadline
 * whatever is left is ended or paused. The deadlines are those of the records, so a restart loses none.
 */
final class Drains {
    private static final Actor FLEET = new Actor(Actor.Kind.SYSTEM, "fleet");

    private final HostLiveness liveness;
    private final NavigableSet<Deadline> deadlines = new TreeSet<>();

    private record Deadline(long atMillis, HostId hostId) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : hostId.compareTo(other.hostId);
        }
    }

    Drains(HostLiveness liveness, ClusterView cluster) {
        this.liveness = liveness;
        cluster.hosts().forEach(this::keep);
    }

    private void keep(Host host) {
        if (Drain.isUnderWay(host)) {
            deadlines.add(new Deadline(host.standing().deadlineMillis(), host.id()));
        }
    }

    /**
     * Members of a ReplicaSet that shall move away before their hosts' deadlines: each is to have a running replacement
     * elsewhere before it is ended. The pods of Jobs and gangs have nowhere to go meanwhile and run on to the deadline.
     */
    Set<PodId> leaving(ClusterView cluster, Deployment deployment) {
        if (deadlines.isEmpty()
                || !deployment.spec().isReplicaSet()
                || deployment.spec().gang()) {
            return Set.of();
        }
        NavigableSet<PodId> leaving = new TreeSet<>();
        for (Deadline deadline : deadlines) {
            Host host = cluster.host(deadline.hostId);
            if (host != null && Drain.isUnderWay(host)) {
                leaving.addAll(Drain.members(cluster, host, deployment.id()));
            }
        }
        return leaving;
    }

    /** Asking again moves the deadline. */
    void begin(Turn turn, Host host, long deadlineMillis, Actor actor) {
        boolean isEmpty = turn.cluster().holders(host.id()).isEmpty();
        if (isEmpty && host.standing().availability() == Availability.DRAINING) {
            return;
        }
        stand(turn, host, deadlineMillis, "draining: pods that are still there at the deadline are stopped", actor);
        liveness.know(host.id(), true);
        Host draining = turn.cluster().host(host.id());
        if (draining != null) {
            keep(draining);
            due(turn);
        }
    }

    private static void stand(Turn turn, Host host, long deadlineMillis, String message, Actor actor) {
        turn.record(new JournalRecord.HostStood(
                host.id(), new Standing(Availability.DRAINING, deadlineMillis), message, actor, turn.nowMillis()));
    }

    /** Says so once the last pod has given its units back; the host stays closed until someone opens it. */
    void sayWhenEmpty(Turn turn, HostId hostId) {
        Host host = turn.cluster().host(hostId);
        if (host != null
                && Drain.isUnderWay(host)
                && turn.cluster().holders(hostId).isEmpty()) {
            stand(turn, host, 0, "drained: no pod holds units of it", FLEET);
        }
    }

    void due(Turn turn) {
        while (!deadlines.isEmpty() && deadlines.first().atMillis <= turn.nowMillis()) {
            Deadline deadline = deadlines.removeFirst();
            Host host = turn.cluster().host(deadline.hostId);
            if (host != null && Drain.isUnderWay(host) && host.standing().deadlineMillis() == deadline.atMillis) {
                clear(turn, host);
            }
        }
    }

    private static void clear(Turn turn, Host host) {
        for (PodId podId : List.copyOf(turn.cluster().holders(host.id()))) {
            Pod pod = turn.pod(podId);
            if (PodMachine.next(pod, Trigger.DRAIN, true) instanceof Move.To to) {
                turn.move(
                        podId,
                        new PodStatus(
                                pod.isElastic() ? DesiredState.TERMINATED : DesiredState.STOPPED,
                                to.state(),
                                to.detail(),
                                pod.isElastic() ? Reason.REPLACED : Reason.ADMIN,
                                "host " + host.name() + " is drained and the deadline has come",
                                null),
                        FLEET);
            }
        }
    }
}
