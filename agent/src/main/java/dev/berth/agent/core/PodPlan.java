package dev.berth.agent.core;

import dev.berth.agent.model.Goal;
import org.jspecify.annotations.Nullable;

/**
 * The next step of one placement: level-triggered, from its goal and what is known of its container. Pure; asked by the
 * engine for every placement after every event.
 */
final class PodPlan {
    private PodPlan() {}

    /**
     * The step to take now, or null for none.
     *
     * @param mayAct whether anything may be changed at all: all containers are known, and the controller has told its
     *     whole set since this agent started
     * @param blocked whether something else still has its units, or an older incarnation is left
     * @param leaseHeld whether elastic pods may run
     */
    static @Nullable PodStep next(PodWork work, boolean mayAct, boolean blocked, boolean leaseHeld) {
        if (work.inFlight != null) {
            return null;
        }
        if (work.knowledge == Knowledge.UNKNOWN) {
            return PodStep.INSPECT;
        }
        boolean covered = !work.elastic() || (leaseHeld && !work.fenced);
        if (!covered && work.knowledge == Knowledge.RUNNING) {
            // Needs nobody's word: the controller may have replaced it, and cannot be asked.
            return PodStep.STOP;
        }
        Goal goal = work.goal();
        if (goal == null || !mayAct) {
            return null;
        }
        if (work.ran && work.knowledge == Knowledge.CREATED) {
            // Made by a step that came late, when the first one had run and was gone: it is never started.
            return PodStep.REMOVE;
        }
        return switch (goal) {
            case RUN -> work.failure != null ? remove(work) : run(work, blocked, leaseHeld);
            case STOP -> work.failure != null || !work.ran ? remove(work) : stop(work);
            case REMOVE -> remove(work);
        };
    }

    private static @Nullable PodStep run(PodWork work, boolean blocked, boolean leaseHeld) {
        if (work.fenced) {
            return work.knowledge == Knowledge.CREATED ? PodStep.REMOVE : null;
        }
        if (work.ran || blocked) {
            return null;
        }
        return switch (work.knowledge) {
            case ABSENT -> make(work);
            case CREATED -> work.vetted ? start(work, leaseHeld) : make(work);
            case RUNNING, EXITED, UNKNOWN -> null;
        };
    }

    private static @Nullable PodStep start(PodWork work, boolean leaseHeld) {
        return work.elastic() && !leaseHeld ? null : PodStep.START;
    }

    private static PodStep make(PodWork work) {
        return work.imageReady ? PodStep.CREATE : PodStep.PULL;
    }

    private static @Nullable PodStep stop(PodWork work) {
        return work.knowledge == Knowledge.RUNNING ? PodStep.STOP : null;
    }

    private static @Nullable PodStep remove(PodWork work) {
        return switch (work.knowledge) {
            case RUNNING -> PodStep.STOP;
            case CREATED, EXITED -> PodStep.REMOVE;
            case ABSENT, UNKNOWN -> null;
        };
    }
}
