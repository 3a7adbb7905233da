package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.StepFinished;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import org.jspecify.annotations.Nullable;

/** Takes the end of a step into the state: what is there now, what failed for good, what must be asked again. */
final class StepResults {
    private static final long RETRY_OVERDUE_MILLIS = 1_000;

    private final AgentState state;

    StepResults(AgentState state) {
        this.state = state;
    }

    void take(StepFinished finished, long nowMillis) {
        PodWork work = state.pods.get(finished.key());
        if (work == null || work.inFlight != finished.step()) {
            return;
        }
        boolean cancelled = work.cancelled;
        work.inFlight = null;
        work.cancelled = false;
        work.stamp = ++state.changes;
        switch (finished.outcome()) {
            case StepOutcome.Done done -> done(work, finished.step(), done.container(), nowMillis);
            case StepOutcome.Refused refused -> refused(work, finished.step(), refused.failure(), nowMillis);
            case StepOutcome.ImageMissing missing -> {
                work.imageReady = false;
                again(work, "the image is not there any more", nowMillis);
            }
            case StepOutcome.LeaseEnded ended -> {
                work.fenced = true;
                work.stopIssued = true;
                state.stateDirty = true;
                work.log.add(nowMillis, ended.message());
                forget(work, finished.step());
            }
            case StepOutcome.Uncertain uncertain when cancelled -> work.log.add(nowMillis, "the pull is given up");
            case StepOutcome.Uncertain uncertain -> {
                forget(work, finished.step());
                again(work, uncertain.message(), nowMillis);
            }
            case StepOutcome.Unavailable unavailable -> {
                forget(work, finished.step());
                again(work, unavailable.message(), nowMillis);
            }
        }
        if (work.recheck) {
            work.recheck = false;
            work.doubt();
        }
    }

    void progress(PodKey key, int percent, long nowMillis) {
        PodWork work = state.pods.get(key);
        if (work == null || work.inFlight != PodStep.PULL || percent <= work.pullPercent) {
            return;
        }
        if (work.pullPercent < 0 || percent / 10 > work.pullPercent / 10) {
            work.pullPercent = percent;
            work.log.add(nowMillis, "pulling the image: " + percent + " %");
        }
    }

    void died(PodKey key) {
        PodWork work = state.pods.get(key);
        if (work == null) {
            return;
        }
        if (work.inFlight == null) {
            work.doubt();
            work.retryAtMillis = 0;
        } else {
            work.recheck = true;
        }
    }

    private void done(PodWork work, PodStep step, @Nullable FoundContainer found, long nowMillis) {
        work.attempts = step == PodStep.INSPECT ? work.attempts : 0;
        work.retryAtMillis = 0;
        work.trouble = "";
        if (step == PodStep.PULL) {
            work.imageReady = true;
            work.log.add(nowMillis, "the image is ready");
            return;
        }
        state.stateDirty |= work.observe(found);
        if (step == PodStep.CREATE) {
            work.vetted = true;
        }
        if (work.knowledge != work.told) {
            work.told = work.knowledge;
            work.log.add(nowMillis, sentence(work));
        }
        boolean stillAlive = step == PodStep.STOP && found != null && found.status() == ContainerStatus.RUNNING;
        boolean stillThere = step == PodStep.REMOVE && found != null;
        if (stillAlive || stillThere) {
            again(work, stillAlive ? "the container is still alive after SIGKILL" : "not removed yet", nowMillis);
        }
    }

    private static String sentence(PodWork work) {
        return switch (work.knowledge) {
            case UNKNOWN -> "the container is in doubt";
            case ABSENT -> "the container is removed";
            case CREATED -> "the container is created";
            case RUNNING -> "the container is started";
            case EXITED -> ended(work.exit);
        };
    }

    private static String ended(@Nullable Exit exit) {
        if (exit == null || exit.code() == null) {
            return "the container has ended";
        }
        return "the container has ended with code " + exit.code() + (exit.oomKilled() ? ", out of memory" : "");
    }

    private void refused(PodWork work, PodStep step, Failure failure, long nowMillis) {
        switch (step) {
            case PULL, CREATE, START -> {
                work.failure = failure;
                work.imageReady = false;
                state.stateDirty = true;
                work.log.add(nowMillis, failure.message());
                forget(work, step);
            }
            case STOP, REMOVE, INSPECT -> {
                forget(work, step);
                again(work, failure.message(), nowMillis);
            }
        }
    }

    /** What the step may have done is asked for by name; a pull does not touch the container. */
    private static void forget(PodWork work, PodStep step) {
        switch (step) {
            case PULL -> {}
            case INSPECT -> work.inspected = true;
            case CREATE, START, STOP, REMOVE -> work.knowledge = Knowledge.UNKNOWN;
        }
    }

    private void again(PodWork work, String why, long nowMillis) {
        work.trouble = why + "; trying again";
        work.log.addTrouble(nowMillis, work.trouble);
        long delay = Backoff.delayMillis(work.attempts++);
        // What must be dead by a certain time is tried again soon, and not ever more slowly.
        boolean overdue = work.elastic() && (work.fenced || !state.leaseHeld);
        work.retryAtMillis = nowMillis + (overdue ? (long) (RETRY_OVERDUE_MILLIS * state.timeScale) : delay);
    }
}
