package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.host.PodProgress;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what a host sees. Only reports of the present incarnation move a pod; units are released and assignments
 * withdrawn on the host's proof alone.
 */
final class HostReports {
    private final PodProgress progress;
    private final PodPorts ports;

    HostReports(PodProgress progress, PodPorts ports) {
        this.progress = progress;
        this.ports = ports;
    }

    void take(Turn turn, Event.HostReported report) {
        Set<PodId> seen = new HashSet<>();
        for (ObservedPod observed : report.pods()) {
            seen.add(observed.podId());
            observe(turn, report.hostId(), observed);
        }
        if (report.full()) {
            for (Assignment assignment : List.copyOf(turn.cluster().assignments(report.hostId()))) {
                if (!seen.contains(assignment.podId()) && wasDelivered(turn, report.hostId(), assignment)) {
                    observe(turn, report.hostId(), gone(assignment));
                }
            }
        }
    }

    /**
     * A host that does not know a pod has nothing of it. For a pod that it was only about to start that proves nothing:
     * it may not have heard of it yet.
     */
    private static boolean wasDelivered(Turn turn, HostId hostId, Assignment assignment) {
        Pod pod = turn.cluster().pod(assignment.podId());
        boolean starting = pod != null
                && pod.state() == PodState.INITIALIZING
                && hostId.equals(pod.placement().hostId())
                && assignment.goal() == Goal.RUN;
        return !starting;
    }

    private static ObservedPod gone(Assignment assignment) {
        return new ObservedPod(
                assignment.podId(),
                assignment.incarnation(),
                ObservedPod.Phase.GONE,
                Reason.NONE,
                "the host no longer knows the container",
                null,
                List.of());
    }

    private void observe(Turn turn, HostId hostId, ObservedPod observed) {
        Assignment assignment = turn.cluster().assignment(hostId, observed.podId());
        Pod pod = turn.cluster().pod(observed.podId());
        if (assignment == null || assignment.incarnation() != observed.incarnation()) {
            return;
        }
        // Null of one that ended long ago while its host was given up: its remains are all that is left of it.
        if (pod != null
                && hostId.equals(pod.placement().hostId())
                && pod.placement().incarnation() == observed.incarnation()) {
            if (isOfAnEarlierStart(pod, observed)) {
                return;
            }
            progress.told(observed);
            Host host = Objects.requireNonNull(turn.cluster().host(hostId), "host");
            if (ports.placeAnew(turn, host, pod, observed)) {
                return;
            }
            moveByReport(turn, host, pod, observed);
            releaseOnProof(turn, observed);
            warn(turn, host, observed);
        }
        if (observed.phase() == ObservedPod.Phase.GONE) {
            turn.record(new JournalRecord.AssignmentWithdrawn(
                    observed.podId(), hostId, observed.incarnation(), turn.nowMillis()));
        }
    }

    /** What was seen of the container before it was asked to start anew tells nothing of the start that is to come. */
    private static boolean isOfAnEarlierStart(Pod pod, ObservedPod observed) {
        boolean alive = observed.phase() == ObservedPod.Phase.RUNNING || observed.phase() == ObservedPod.Phase.STOPPING;
        return alive && observed.restarts() < pod.placement().restarts();
    }

    private static void releaseOnProof(Turn turn, ObservedPod observed) {
        boolean proof = switch (observed.phase()) {
            case ENDED, START_FAILED, GONE -> true;
            case ACCEPTED, PULLING, STARTING, RUNNING, STOPPING -> false;
        };
        if (proof && turn.pod(observed.podId()).placement().grant() != null) {
            turn.record(new JournalRecord.UnitsReleased(observed.podId(), observed.incarnation(), turn.nowMillis()));
        }
    }

    private static void moveByReport(Turn turn, Host host, Pod pod, ObservedPod observed) {
        Trigger trigger = trigger(observed.phase());
        if (trigger == null || (pod.isQueued() && pod.placement().grant() == null)) {
            return;
        }
        Actor actor = Actor.host(host.name());
        if (trigger == Trigger.HOST_ENDED
                && pod.state() == PodState.INITIALIZING
                && observed.restarts() >= pod.placement().restarts()
                && !ReportWords.isUnproven(pod, trigger, observed)
                && !ReportWords.isByBoot(observed)
                && PodMachine.next(pod, Trigger.HOST_RUNNING, true) instanceof Move.To ran) {
            // It ran, however briefly: the history says so, and it is not a failed start.
            pod = turn.move(pod.id(), ReportWords.status(pod, ran, Trigger.HOST_RUNNING, observed), actor);
        }
        if (PodMachine.next(pod, trigger, true) instanceof Move.To to
                && (to.state() != pod.state() || to.detail() != pod.status().detail())) {
            turn.move(pod.id(), ReportWords.status(pod, to, trigger, observed), actor);
        }
    }

    private static @Nullable Trigger trigger(ObservedPod.Phase phase) {
        return switch (phase) {
            case PULLING -> Trigger.HOST_PULLING;
            case STARTING -> Trigger.HOST_STARTING;
            case RUNNING -> Trigger.HOST_RUNNING;
            case ENDED -> Trigger.HOST_ENDED;
            case START_FAILED -> Trigger.HOST_START_FAILED;
            case GONE -> Trigger.HOST_GONE;
            case ACCEPTED, STOPPING -> null;
        };
    }

    /** What the host has to say about the pod goes into its history, once in each incarnation. */
    private void warn(Turn turn, Host host, ObservedPod observed) {
        for (String warning : observed.warnings()) {
            Pod pod = turn.pod(observed.podId());
            String message = "warning: " + warning;
            if (!pod.state().isFinal() && progress.warns(turn.cluster(), pod, message)) {
                PodStatus now = pod.status();
                turn.move(
                        pod.id(),
                        new PodStatus(now.desired(), now.state(), now.detail(), now.reason(), message, now.exitCode()),
                        Actor.host(host.name()));
            }
        }
    }
}
