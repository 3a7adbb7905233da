package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.host.PodProgress;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
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

    HostReports(PodProgress progress) {
        this.progress = progress;
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
        if (assignment == null || pod == null || assignment.incarnation() != observed.incarnation()) {
            return;
        }
        boolean present =
                hostId.equals(pod.placement().hostId()) && pod.placement().incarnation() == observed.incarnation();
        if (present && isOfAnEarlierStart(pod, observed)) {
            return;
        }
        if (present) {
            progress.told(observed);
            moveByReport(turn, hostId, pod, observed);
            releaseOnProof(turn, observed);
        }
        if (observed.phase() == ObservedPod.Phase.GONE) {
            turn.record(new JournalRecord.AssignmentWithdrawn(
                    observed.podId(), hostId, observed.incarnation(), turn.nowMillis()));
        }
    }

    /**
     * What was seen before the container was asked to start anew tells nothing of it: it is to run again, or runs already.
     * A host that was told to start it anew, or to stop it since, says so with the count of that order.
     */
    private static boolean isOfAnEarlierStart(Pod pod, ObservedPod observed) {
        boolean runsOrEnded = observed.phase() == ObservedPod.Phase.RUNNING
                || observed.phase() == ObservedPod.Phase.STOPPING
                || observed.phase() == ObservedPod.Phase.ENDED;
        return runsOrEnded && observed.restarts() < pod.placement().restarts();
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

    private static void moveByReport(Turn turn, HostId hostId, Pod pod, ObservedPod observed) {
        Trigger trigger = trigger(observed.phase());
        if (trigger == null || (pod.isQueued() && pod.placement().grant() == null)) {
            return;
        }
        Host host = Objects.requireNonNull(turn.cluster().host(hostId), "host");
        Actor actor = Actor.host(host.name());
        if (trigger == Trigger.HOST_ENDED
                && pod.state() == PodState.INITIALIZING
                && !isUnproven(pod, trigger, observed)) {
            // It ran, however briefly: the history says so, and it is not a failed start.
            pod = turn.move(
                    pod.id(),
                    status(pod, new Move.To(PodState.RUNNING, PodDetail.NONE), Trigger.HOST_RUNNING, observed),
                    actor);
        }
        if (PodMachine.next(pod.state(), trigger, pod.hasRun(), true, pod.isElastic()) instanceof Move.To to
                && (to.state() != pod.state() || to.detail() != pod.status().detail())) {
            turn.move(pod.id(), status(pod, to, trigger, observed), actor);
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

    private static PodStatus status(Pod pod, Move.To to, Trigger trigger, ObservedPod observed) {
        PodStatus now = pod.status();
        boolean asked = now.desired() != DesiredState.RUNNING;
        if (!asked && isUnproven(pod, trigger, observed)) {
            String sentence = observed.message().isEmpty()
                    ? "ended with its host, its engine or by hand: nothing proves that the process did so by itself"
                    : observed.message();
            return new PodStatus(DesiredState.TERMINATED, to.state(), to.detail(), Reason.HOST_LOST, sentence, null);
        }
        ObservedPod.Exit exit = observed.exit();
        Integer code = trigger == Trigger.HOST_ENDED && exit != null ? exit.code() : null;
        Reason reason = asked ? now.reason() : reason(trigger, observed);
        String message = asked && to.state() == PodState.STOPPED ? stopped(now) : message(trigger, observed);
        if (asked && pod.isElastic()) {
            message = now.message();
        }
        return new PodStatus(asked ? now.desired() : desired(now, to), to.state(), to.detail(), reason, message, code);
    }

    /** What ended by itself is not started again unless its owner says so. */
    private static DesiredState desired(PodStatus now, Move.To to) {
        return switch (to.state()) {
            case STOPPED -> DesiredState.STOPPED;
            case TERMINATED -> DesiredState.TERMINATED;
            case INITIALIZING, RUNNING, STOPPING, TERMINATING, FAILED -> now.desired();
        };
    }

    /**
     * Whether nothing proves that an elastic pod ended by itself: its host's lease had run out, perhaps before it ever
     * ran, the host booted, the engine died with it. That is the fault of the platform and never of the pod (INV-34).
     */
    private static boolean isUnproven(Pod pod, Trigger trigger, ObservedPod observed) {
        ObservedPod.Exit exit = observed.exit();
        boolean noCode = exit == null || exit.byRequest() || (exit.code() == null && !exit.oomKilled());
        return pod.isElastic()
                && ((trigger == Trigger.HOST_ENDED && noCode) || (trigger == Trigger.HOST_GONE && pod.hasRun()));
    }

    private static String stopped(PodStatus now) {
        return now.reason() == Reason.PREEMPTED ? "stopped: its units were needed for others" : "stopped as asked";
    }

    private static Reason reason(Trigger trigger, ObservedPod observed) {
        return switch (trigger) {
            case HOST_ENDED ->
                observed.exit() != null && observed.exit().oomKilled() ? Reason.OOM_KILLED : Reason.CONTAINER_EXITED;
            case HOST_START_FAILED ->
                observed.failure() == Reason.NONE ? Reason.CONTAINER_CREATE_ERROR : observed.failure();
            case HOST_GONE -> Reason.CONTAINER_EXITED;
            case PAUSE,
                    RUN,
                    TERMINATE,
                    EDIT,
                    RESTART,
                    RESET,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
                    HOST_PULLING,
                    HOST_STARTING,
                    HOST_RUNNING,
                    HOST_LOST,
                    DRAIN -> Reason.NONE;
        };
    }

    private static String message(Trigger trigger, ObservedPod observed) {
        return switch (trigger) {
            case HOST_PULLING -> "pulling the image";
            case HOST_STARTING -> "starting the container";
            case HOST_RUNNING -> "running";
            case HOST_ENDED -> {
                ObservedPod.Exit exit = observed.exit();
                if (exit == null || exit.code() == null) {
                    yield "the process ended; there is no evidence of its exit code";
                }
                yield exit.oomKilled()
                        ? "killed by the kernel: the pod's memory was used up"
                        : "the process ended by itself with code " + exit.code();
            }
            case HOST_GONE,
                    HOST_START_FAILED,
                    PAUSE,
                    RUN,
                    TERMINATE,
                    EDIT,
                    RESTART,
                    RESET,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
                    HOST_LOST,
                    DRAIN -> observed.message();
        };
    }
}
