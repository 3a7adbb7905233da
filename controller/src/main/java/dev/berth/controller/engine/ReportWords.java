package dev.berth.controller.engine;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.Trigger;

/** What a host's report makes of a pod: reason, sentence, and whether it is to go on. Pure; part of {@link HostReports}. */
final class ReportWords {
    private ReportWords() {}

    static PodStatus status(Pod pod, Move.To to, Trigger trigger, ObservedPod observed) {
        PodStatus now = pod.status();
        boolean asked = now.desired() != DesiredState.RUNNING;
        if (!asked && isUnproven(pod, trigger, observed)) {
            String sentence = observed.message().isEmpty()
                    ? "ended with its host, its engine or by hand: nothing proves that the process did so by itself"
                    : observed.message();
            return new PodStatus(DesiredState.TERMINATED, to.state(), to.detail(), Reason.HOST_LOST, sentence, null);
        }
        if (!asked && isByBoot(observed)) {
            // Wanted on as before, it queues again by itself; without GPUs it would come back as something else.
            DesiredState desired = pod.isRescue() ? DesiredState.STOPPED : DesiredState.RUNNING;
            return new PodStatus(desired, to.state(), to.detail(), Reason.HOST_LOST, "its host was booted", null);
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
    static boolean isUnproven(Pod pod, Trigger trigger, ObservedPod observed) {
        ObservedPod.Exit exit = observed.exit();
        if (exit != null && exit.diskQuota()) {
            return false;
        }
        boolean noCode = exit == null || exit.byRequest() || (exit.code() == null && !exit.oomKilled());
        return pod.isElastic()
                && ((trigger == Trigger.HOST_ENDED && noCode) || (trigger == Trigger.HOST_GONE && pod.hasRun()));
    }

    static boolean isByBoot(ObservedPod observed) {
        ObservedPod.Exit exit = observed.exit();
        return observed.phase() == ObservedPod.Phase.ENDED && exit != null && exit.byBoot();
    }

    private static String stopped(PodStatus now) {
        return now.reason() == Reason.PREEMPTED ? "stopped: its units were needed for others" : "stopped as asked";
    }

    private static Reason reason(Trigger trigger, ObservedPod observed) {
        return switch (trigger) {
            case HOST_ENDED -> {
                ObservedPod.Exit exit = observed.exit();
                boolean quota = exit != null && exit.diskQuota();
                boolean oom = exit != null && exit.oomKilled();
                yield quota ? Reason.DISK_QUOTA : oom ? Reason.OOM_KILLED : Reason.CONTAINER_EXITED;
            }
            case HOST_START_FAILED ->
                observed.failure() == Reason.NONE ? Reason.CONTAINER_CREATE_ERROR : observed.failure();
            case HOST_GONE -> Reason.CONTAINER_EXITED;
            case PAUSE,
                    RUN,
                    RUN_WITHOUT_GPUS,
                    TERMINATE,
                    EDIT,
                    RESTART,
                    RESET,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
                    PREEMPT,
                    REQUEUE,
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
                if (exit != null && exit.diskQuota()) {
                    yield "stopped by its host: it wrote more than its container disk holds";
                }
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
                    RUN_WITHOUT_GPUS,
                    TERMINATE,
                    EDIT,
                    RESTART,
                    RESET,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
                    PREEMPT,
                    REQUEUE,
                    HOST_LOST,
                    DRAIN -> observed.message();
        };
    }
}
