package dev.berth.controller.pod;

import static dev.berth.controller.model.PodState.FAILED;
import static dev.berth.controller.model.PodState.INITIALIZING;
import static dev.berth.controller.model.PodState.RUNNING;
import static dev.berth.controller.model.PodState.STOPPED;
import static dev.berth.controller.model.PodState.STOPPING;
import static dev.berth.controller.model.PodState.TERMINATED;
import static dev.berth.controller.model.PodState.TERMINATING;

import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;
import java.util.ArrayList;
import java.util.List;

/**
 * Every legal move of a pod in one table (INV-15). Pure. Beside state and trigger two facts decide: whether the pod has
 * ever been RUNNING ({@code hasRun}; a failed start then leads back to STOPPED), and whether its host still has an
 * assignment of it ({@code onHost}; then an end must be proven by the host first). An edit and a lock move nothing: they
 * are allowed or not. The pods of deployments move a little differently, see the table's second form.
 */
public final class PodMachine {
    private static final Move STARTS_ANEW = new Move.To(INITIALIZING, PodDetail.STARTING);

    private PodMachine() {}

    public static Move next(PodState state, Trigger trigger, boolean hasRun, boolean onHost) {
        return switch (state) {
            case INITIALIZING -> initializing(trigger, hasRun, onHost);
            case RUNNING -> running(trigger);
            case STOPPING -> stopping(trigger);
            case STOPPED -> stopped(trigger, onHost);
            case TERMINATING -> terminating(trigger);
            case TERMINATED -> finalState(trigger, true);
            case FAILED -> finalState(trigger, false);
        };
    }

    /**
     * The moves of an elastic pod, which is never restarted: an end that would let another pod rest ends it for good, and
     * the proof that no process is left ends one that is being ended. {@code elastic} false is the table above.
     */
    public static Move next(PodState state, Trigger trigger, boolean hasRun, boolean onHost, boolean elastic) {
        if (!elastic) {
            return next(state, trigger, hasRun, onHost);
        }
        return switch (trigger) {
            case PAUSE, RUN, EDIT, RESTART, RESET -> Move.REFUSE;
            case TERMINATE,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
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
                Move move = next(state, trigger, hasRun, onHost);
                yield move.equals(Move.to(STOPPED)) ? Move.to(TERMINATED) : move;
            }
        };
    }

    private static Move initializing(Trigger trigger, boolean hasRun, boolean onHost) {
        return switch (trigger) {
            case HOST_PULLING -> new Move.To(INITIALIZING, PodDetail.PULLING);
            case HOST_STARTING -> new Move.To(INITIALIZING, PodDetail.STARTING);
            case HOST_RUNNING -> Move.to(RUNNING);
            case HOST_ENDED, HOST_LOST -> Move.to(STOPPED);
            case DRAIN -> onHost ? Move.to(STOPPING) : Move.STAY;
            case HOST_START_FAILED, HOST_GONE -> Move.to(hasRun ? STOPPED : FAILED);
            case NO_CAPACITY -> hasRun ? Move.STAY : Move.to(FAILED);
            case PAUSE -> !hasRun ? Move.REFUSE : Move.to(onHost ? STOPPING : STOPPED);
            case TERMINATE -> Move.to(onHost ? TERMINATING : TERMINATED);
            // A container that is being started is as good as one that is started anew.
            case RESTART, RESET -> hasRun && onHost ? Move.STAY : Move.REFUSE;
            case RUN, EDIT, LOCK, UNLOCK -> Move.STAY;
        };
    }

    private static Move running(Trigger trigger) {
        return switch (trigger) {
            case PAUSE, DRAIN -> Move.to(STOPPING);
            case TERMINATE -> Move.to(TERMINATING);
            case RESTART, RESET -> STARTS_ANEW;
            case HOST_ENDED, HOST_START_FAILED, HOST_GONE, HOST_LOST -> Move.to(STOPPED);
            case RUN, EDIT, LOCK, UNLOCK, NO_CAPACITY, HOST_PULLING, HOST_STARTING, HOST_RUNNING -> Move.STAY;
        };
    }

    private static Move stopping(Trigger trigger) {
        return switch (trigger) {
            case TERMINATE -> Move.to(TERMINATING);
            case HOST_ENDED, HOST_START_FAILED, HOST_GONE, HOST_LOST -> Move.to(STOPPED);
            case RUN, RESTART, RESET -> Move.REFUSE;
            case PAUSE, EDIT, LOCK, UNLOCK, DRAIN, NO_CAPACITY, HOST_PULLING, HOST_STARTING, HOST_RUNNING -> Move.STAY;
        };
    }

    private static Move stopped(Trigger trigger, boolean onHost) {
        return switch (trigger) {
            case RUN -> new Move.To(INITIALIZING, PodDetail.QUEUED);
            case TERMINATE -> Move.to(onHost ? TERMINATING : TERMINATED);
            case RESTART, RESET -> Move.REFUSE;
            case PAUSE,
                    EDIT,
                    LOCK,
                    UNLOCK,
                    NO_CAPACITY,
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
            case PAUSE, RUN, RESTART, RESET -> Move.REFUSE;
            case TERMINATE,
                    EDIT,
                    LOCK,
                    UNLOCK,
                    DRAIN,
                    NO_CAPACITY,
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
            case PAUSE, RUN, EDIT, RESTART, RESET, LOCK, UNLOCK -> Move.REFUSE;
            case NO_CAPACITY,
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
    public static List<PodAction> allowedActions(PodState state, boolean hasRun, boolean elastic, boolean locked) {
        List<PodAction> allowed = new ArrayList<>(5);
        for (PodAction action : PodAction.values()) {
            Move move = next(state, trigger(action), hasRun, true, elastic);
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
