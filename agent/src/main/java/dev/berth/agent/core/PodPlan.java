package dev.berth.agent.core;

import dev.berth.agent.model.Goal;
import org.jspecify.annotations.Nullable;

/**
 * The next step of one placement: level-triggered, from its goal and what is known of its container and its mounts. Pure; asked by the
 * engine for every placement after every event.
 */
final class PodPlan {
    /**
     * What the rest of the host allows.
     *
     * @param act whether anything may be changed at all: all containers are known, and the controller has told its
     *     whole set since this agent started
     * @param blocked whether something else still has its units, or an older incarnation is left
     * @param leaseHeld whether elastic pods may run
     * @param volumesReady whether every volume of it lies here and is the one that counts
     */
    record May(boolean act, boolean blocked, boolean leaseHeld, boolean volumesReady) {}

    private PodPlan() {}

    /**
     * The step to take now, or null for none.
     *
     * @param may what the rest of the host allows
     */
    static @Nullable PodStep next(PodWork work, May may) {
        if (work.inFlight != null) {
            return null;
        }
        if (work.knowledge == Knowledge.UNKNOWN) {
            return PodStep.INSPECT;
        }
        boolean covered = !work.elastic() || (may.leaseHeld() && !work.fenced);
        if (!covered && work.knowledge == Knowledge.RUNNING) {
            // Needs nobody's word: the controller may have replaced it, and cannot be asked.
            return PodStep.STOP;
        }
        Goal goal = work.goal();
        if (goal == null || !may.act()) {
            return null;
        }
        if (work.mounts == Mounts.UNKNOWN) {
            // Its end needs no volumes; all else would be done over what may still be mounted.
            boolean ends = goal != Goal.RUN || work.failure != null || work.overDisk;
            return ends && work.knowledge == Knowledge.RUNNING ? PodStep.STOP : null;
        }
        if (work.ran && work.knowledge == Knowledge.CREATED) {
            // Made by a step that came late, when the first one had run and was gone: it is never started.
            return PodStep.REMOVE;
        }
        return switch (goal) {
            case RUN -> work.failure != null ? remove(work) : run(work, may);
            case STOP -> work.failure != null || !work.ran ? remove(work) : stop(work);
            case REMOVE -> remove(work);
        };
    }

    private static @Nullable PodStep run(PodWork work, May may) {
        if (work.knowledge == Knowledge.RUNNING) {
            return work.overDisk || work.restartDue() ? PodStep.STOP : null;
        }
        if (work.fenced || work.overDisk) {
            return work.knowledge == Knowledge.CREATED ? PodStep.REMOVE : leave(work);
        }
        if (work.ran) {
            boolean again = work.knowledge == Knowledge.EXITED && work.restartUnderWay();
            return again ? again(work, may) : leave(work);
        }
        if (work.mounts == Mounts.FOUND) {
            // Of a former process, or of a mount that did not end well: all of it is made anew.
            return work.knowledge == Knowledge.CREATED ? PodStep.REMOVE : PodStep.UNMOUNT;
        }
        if (may.blocked()) {
            return null;
        }
        return switch (work.knowledge) {
            case ABSENT -> make(work, may);
            case CREATED -> created(work, may);
            case RUNNING, EXITED, UNKNOWN -> null;
        };
    }

    private static @Nullable PodStep created(PodWork work, May may) {
        if (work.mountsAny() && work.mounts != Mounts.MADE) {
            return PodStep.REMOVE;
        }
        return work.vetted ? start(work, may, PodStep.START) : make(work, may);
    }

    /** A restart goes on: the same container, over mounts made anew, so that all that a mount looks at is looked at. */
    private static @Nullable PodStep again(PodWork work, May may) {
        return switch (work.mounts) {
            case UNKNOWN, FOUND -> PodStep.UNMOUNT;
            case NONE -> work.mountsAny() ? mount(may) : start(work, may, PodStep.START_AGAIN);
            case MADE -> start(work, may, PodStep.START_AGAIN);
        };
    }

    private static @Nullable PodStep start(PodWork work, May may, PodStep start) {
        return work.elastic() && !may.leaseHeld() ? null : start;
    }

    private static @Nullable PodStep make(PodWork work, May may) {
        if (!work.imageReady) {
            return PodStep.PULL;
        }
        return work.mountsAny() && work.mounts != Mounts.MADE ? mount(may) : PodStep.CREATE;
    }

    private static @Nullable PodStep mount(May may) {
        return may.volumesReady() ? PodStep.MOUNT : null;
    }

    private static @Nullable PodStep stop(PodWork work) {
        return work.knowledge == Knowledge.RUNNING ? PodStep.STOP : leave(work);
    }

    /** Before its end is told, what was written is on disk, nothing of it is mounted, and its GPUs have been tested. */
    private static @Nullable PodStep leave(PodWork work) {
        if (work.knowledge == Knowledge.EXITED && work.startInDoubt()) {
            return PodStep.REMOVE;
        }
        if (work.mountsLeft()) {
            return PodStep.UNMOUNT;
        }
        return work.unitsLeft() ? PodStep.CLEAR : null;
    }

    private static @Nullable PodStep remove(PodWork work) {
        return switch (work.knowledge) {
            case RUNNING -> PodStep.STOP;
            // First the container, whose start may still be on its way: it must not find its mounts gone.
            case CREATED -> PodStep.REMOVE;
            case EXITED -> work.anythingLeft() ? leave(work) : PodStep.REMOVE;
            case ABSENT -> leave(work);
            case UNKNOWN -> null;
        };
    }
}
