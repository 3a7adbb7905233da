package dev.berth.controller.pod;

import static dev.berth.controller.model.PodState.FAILED;
import static dev.berth.controller.model.PodState.INITIALIZING;
import static dev.berth.controller.model.PodState.RUNNING;
import static dev.berth.controller.model.PodState.STOPPED;
import static dev.berth.controller.model.PodState.STOPPING;
import static dev.berth.controller.model.PodState.TERMINATED;
import static dev.berth.controller.model.PodState.TERMINATING;

import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;
import java.util.ArrayList;
import java.util.List;

/**
 * Every legal move of a pod in one table (INV-15). Pure. Beside state and trigger the {@link Facts} decide. An edit and a
 * lock move nothing: they are allowed or not. A placement is no move either: the pod is INITIALIZING before and after.
 */
public final class PodMachine {
    private static final Move STARTS_ANEW = new Move.To(INITIALIZING, PodDetail.STARTING);

    private PodMachine() {}

    /**
     * What else decides.
     *
     * @param hasRun it has been RUNNING: a failed start then leads back to STOPPED
     * @param isRun it has been STOPPED or RUNNING: what starts it is a run, which can be paused
     * @param onHost its host still has an assignment of it: an end must be proven by the host first
     * @param elastic it is of a deployment and never restarted: a stop that would let another pod rest ends it for good,
     *     and the proof that no process is left ends one that is being ended
     */
    public record Facts(boolean hasRun, boolean isRun, boolean onHost, boolean elastic) {
        static Facts of(Pod pod, boolean onHost) {
            return new Facts(pod.hasRun(), pod.isRun(), onHost, pod.isElastic());
        }
    }

    public static Move next(Pod pod, Trigger trigger, boolean onHost) {
        return next(pod.state(), trigger, Facts.of(pod, onHost));
    }

    static Move next(PodState state, Trigger trigger, Facts facts) {
        return facts.elastic ? elastic(state, trigger, facts) : plain(state, trigger, facts);
    }

    private static Move plain(PodState state, Trigger trigger, Facts facts) {
        return switch (state) {
            case INITIALIZING -> initializing(trigger, facts);
            case RUNNING -> running(trigger);
            case STOPPING -> stopping(trigger);
            case STOPPED -> stopped(trigger, facts);
            case TERMINATING -> terminating(trigger);
            case TERMINATED -> finalState(trigger, true);
            case FAILED -> finalState(trigger, false);
        };
    }

    private static Move elastic(PodState state, Trigger trigger, Facts facts) {
        return switch (trigger) {
            case PAUSE, RUN, RUN_WITHOUT_GPUS, EDIT, RESTART, RESET -> Move.REFUSE;
            case REQUEUE -> Move.STAY;
            case TERMINATE,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
                    PREEMPT,
                    HOST_PULLING,
                    HOST_STARTING,
                    HOST_RUNNING,
                    HOST_ENDED,
                    HOST_START_FAILED,
                    HOST_GONE,
                    HOST_LOST,
                    DRAIN -> {
                boolean proof = trigger == Trigger.HOST_ENDED || trigger == Trigger.HOST_START_FAILED;
                if (state == TERMINATING && proof) {
                    yield Move.to(TERMINATED);
                }
                yield forGood(plain(state, trigger, facts));
            }
        };
    }

    private static Move forGood(Move move) {
        if (move.equals(Move.to(STOPPED))) {
            return Move.to(TERMINATED);
        }
        return move.equals(Move.to(STOPPING)) ? Move.to(TERMINATING) : move;
    }

    private static Move initializing(Trigger trigger, Facts facts) {
        return switch (trigger) {
            case HOST_PULLING -> new Move.To(INITIALIZING, PodDetail.PULLING);
            case HOST_STARTING -> new Move.To(INITIALIZING, PodDetail.STARTING);
            case HOST_RUNNING -> Move.to(RUNNING);
            case HOST_ENDED, HOST_LOST -> Move.to(STOPPED);
            case DRAIN, PREEMPT -> facts.onHost ? Move.to(STOPPING) : Move.STAY;
            case HOST_START_FAILED, HOST_GONE -> Move.to(facts.hasRun ? STOPPED : FAILED);
            case NO_CAPACITY -> facts.isRun ? Move.STAY : Move.to(FAILED);
            case PAUSE -> !facts.isRun ? Move.REFUSE : Move.to(facts.onHost ? STOPPING : STOPPED);
            case TERMINATE -> Move.to(facts.onHost ? TERMINATING : TERMINATED);
            // A container that is being started is as good as one that is started anew.
            case RUN_WITHOUT_GPUS -> Move.REFUSE;
            case RESTART, RESET -> facts.hasRun && facts.onHost ? Move.STAY : Move.REFUSE;
            case RUN, EDIT, LOCK, UNLOCK, REQUEUE -> Move.STAY;
        };
    }

    private static Move running(Trigger trigger) {
        return switch (trigger) {
            case PAUSE, DRAIN, PREEMPT -> Move.to(STOPPING);
            case TERMINATE -> Move.to(TERMINATING);
            case RESTART, RESET -> STARTS_ANEW;
            case RUN_WITHOUT_GPUS -> Move.REFUSE;
            case HOST_ENDED, HOST_START_FAILED, HOST_GONE, HOST_LOST -> Move.to(STOPPED);
            case RUN, EDIT, LOCK, UNLOCK, NO_CAPACITY, REQUEUE, HOST_PULLING, HOST_STARTING, HOST_RUNNING -> Move.STAY;
        };
    }

    private static Move stopping(Trigger trigger) {
        return switch (trigger) {
            case TERMINATE -> Move.to(TERMINATING);
            case HOST_ENDED, HOST_START_FAILED, HOST_GONE, HOST_LOST -> Move.to(STOPPED);
            case RUN, RUN_WITHOUT_GPUS, RESTART, RESET -> Move.REFUSE;
            case PAUSE,
                    EDIT,
                    LOCK,
                    UNLOCK,
                    DRAIN,
                    NO_CAPACITY,
                    PREEMPT,
                    REQUEUE,
                    HOST_PULLING,
                    HOST_STARTING,
                    HOST_RUNNING -> Move.STAY;
        };
    }

    private static Move stopped(Trigger trigger, Facts facts) {
        return switch (trigger) {
            case RUN, RUN_WITHOUT_GPUS, REQUEUE -> new Move.To(INITIALIZING, PodDetail.QUEUED);
            case TERMINATE -> Move.to(facts.onHost ? TERMINATING : TERMINATED);
            case RESTART, RESET -> Move.REFUSE;
            case PAUSE,
                    EDIT,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
                    PREEMPT,
                    HOST_PULLING,
                    HOST_STARTING,
                    HOST_RUNNING,
                    HOST_ENDED,
                    HOST_START_FAILED,
                    HOST_GONE,
                    HOST_LOST,
                    DRAIN -> Move.STAY;
        };
    }

    private static Move terminating(Trigger trigger) {
        return switch (trigger) {
            case HOST_GONE, HOST_LOST -> Move.to(TERMINATED);
            case PAUSE, RUN, RUN_WITHOUT_GPUS, RESTART, RESET -> Move.REFUSE;
            case TERMINATE,
                    EDIT,
                    LOCK,
                    UNLOCK,
                    DRAIN,
                    NO_CAPACITY,
                    PREEMPT,
                    REQUEUE,
                    HOST_PULLING,
                    HOST_STARTING,
                    HOST_RUNNING,
                    HOST_ENDED,
                    HOST_START_FAILED -> Move.STAY;
        };
    }

    private static Move finalState(Trigger trigger, boolean terminated) {
        return switch (trigger) {
            case TERMINATE -> terminated ? Move.STAY : Move.REFUSE;
            case PAUSE, RUN, RUN_WITHOUT_GPUS, EDIT, RESTART, RESET, LOCK, UNLOCK -> Move.REFUSE;
            case NO_CAPACITY,
                    PREEMPT,
                    REQUEUE,
                    HOST_PULLING,
                    HOST_STARTING,
                    HOST_RUNNING,
                    HOST_ENDED,
                    HOST_START_FAILED,
                    HOST_GONE,
                    HOST_LOST,
                    DRAIN -> Move.STAY;
        };
    }

    public static Trigger trigger(PodAction action) {
        return switch (action) {
            case PAUSE -> Trigger.PAUSE;
            case RUN -> Trigger.RUN;
            case TERMINATE -> Trigger.TERMINATE;
            case EDIT -> Trigger.EDIT;
            case RESTART -> Trigger.RESTART;
            case RESET -> Trigger.RESET;
            case LOCK -> Trigger.LOCK;
            case UNLOCK -> Trigger.UNLOCK;
        };
    }

    /** The actions that would change something now. */
    public static List<PodAction> allowedActions(Pod pod) {
        return allowedActions(pod.state(), Facts.of(pod, true), pod.locked());
    }

    static List<PodAction> allowedActions(PodState state, Facts facts, boolean locked) {
        List<PodAction> allowed = new ArrayList<>(5);
        for (PodAction action : PodAction.values()) {
            Move move = next(state, trigger(action), facts);
            boolean effective = switch (action) {
                case PAUSE, RUN, TERMINATE, RESTART, RESET -> move instanceof Move.To;
                case EDIT -> move instanceof Move.Stay;
                case LOCK -> !locked && move instanceof Move.Stay;
                case UNLOCK -> locked && move instanceof Move.Stay;
            };
            if (effective && !(locked && action.isBarredByLock())) {
                allowed.add(action);
            }
        }
        return allowed;
    }
}
