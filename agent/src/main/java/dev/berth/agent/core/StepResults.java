package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.StepFinished;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the end of a step into the state: what is there now, what failed for good, what must be asked again. */
final class StepResults {
    private static final long RETRY_OVERDUE_MILLIS = 1_000;

    private final AgentState state;
    private final Copies copies;

    StepResults(AgentState state, Copies copies) {
        this.state = state;
        this.copies = copies;
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
        take(work, finished, cancelled, nowMillis);
        if (finished.step() == PodStep.MOUNT && !(finished.outcome() instanceof StepOutcome.Mounted)) {
            copies.mountFailed(work, nowMillis);
        }
        if (work.recheck) {
            work.recheck = false;
            work.doubt();
        }
    }

    private void take(PodWork work, StepFinished finished, boolean cancelled, long nowMillis) {
        switch (finished.outcome()) {
            case StepOutcome.Done done -> done(work, finished.step(), done.container(), nowMillis);
            case StepOutcome.Mounted mounted -> {
                settled(work);
                work.mounts = Mounts.MADE;
                work.warnings = mounted.warnings();
                copies.mounted(work);
                work.log.add(nowMillis, "the volumes are mounted");
            }
            case StepOutcome.Unsynced unsynced -> {
                done(work, finished.step(), null, nowMillis);
                copies.unmountedUnsynced(work, unsynced.message());
                warn(work, unsynced.message());
                work.log.add(nowMillis, unsynced.message());
            }
            case StepOutcome.Refused refused -> refused(work, finished.step(), refused.failure(), nowMillis);
            case StepOutcome.ImageMissing missing -> {
                work.imageReady = false;
                work.mounts = work.mounts == Mounts.MADE ? Mounts.FOUND : work.mounts;
                again(work, "the image is not there any more", nowMillis);
            }
            case StepOutcome.LeaseEnded ended -> {
                work.fenced = true;
                work.stopIssued = true;
                state.stateDirty = true;
                work.log.add(nowMillis, ended.message());
                forget(work, finished.step());
            }
            case StepOutcome.Uncertain uncertain
            when cancelled -> {
                forget(work, finished.step());
                work.log.add(
                        nowMillis,
                        finished.step() == PodStep.PULL ? "the pull is given up" : "mounting its volumes is given up");
            }
            case StepOutcome.Uncertain uncertain -> {
                forget(work, finished.step());
                again(work, uncertain.message(), nowMillis);
            }
            case StepOutcome.Unavailable unavailable -> {
                forget(work, finished.step());
                again(work, unavailable.message(), nowMillis);
            }
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

    /** Of the container that runs now; what is said of an earlier one is dropped. */
    void portsAnswer(AgentEvent.PortsAnswer answer) {
        PodWork work = state.pods.get(answer.key());
        if (work != null && work.knowledge == Knowledge.RUNNING && work.containerId.equals(answer.containerId())) {
            work.readyPorts = answer.ports();
        }
    }

    void diskExceeded(AgentEvent.DiskExceeded exceeded, long nowMillis) {
        PodWork work = state.pods.get(exceeded.key());
        boolean itself =
                work != null && work.knowledge == Knowledge.RUNNING && work.containerId.equals(exceeded.containerId());
        if (work != null && itself && !work.overDisk && !work.stopIssued) {
            work.overDisk = true;
            state.stateDirty = true;
            work.log.add(nowMillis, exceeded.message());
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
        if (step == PodStep.UNMOUNT) {
            // A mount that did not end well is followed by one: its trouble and its back-off stay.
            work.retryAtMillis = 0;
            work.mounts = Mounts.NONE;
            copies.unmounted(work);
            return;
        }
        if (step == PodStep.CLEAR) {
            settled(work);
            work.cleared = work.knowledge != Knowledge.RUNNING;
            state.stateDirty = true;
            work.log.add(nowMillis, "its GPUs have been tested");
            return;
        }
        int attempts = work.attempts;
        settled(work);
        work.attempts = step == PodStep.INSPECT ? attempts : 0;
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

    private static void warn(PodWork work, String sentence) {
        List<String> warnings = new ArrayList<>(work.warnings);
        warnings.add(sentence);
        work.warnings = List.copyOf(warnings);
    }

    private static void settled(PodWork work) {
        work.attempts = 0;
        work.retryAtMillis = 0;
        work.trouble = "";
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
            case PULL, MOUNT, CREATE, START, START_AGAIN -> {
                work.failure = failure;
                work.imageReady = false;
                state.stateDirty = true;
                work.log.add(nowMillis, failure.message());
                forget(work, step);
            }
            case STOP, UNMOUNT, CLEAR, REMOVE, INSPECT -> {
                forget(work, step);
                again(work, failure.message(), nowMillis);
            }
        }
    }

    /** What the step may have done is asked for by name; a pull and a mount do not touch the container. */
    private static void forget(PodWork work, PodStep step) {
        switch (step) {
            case PULL, CLEAR -> {}
            case INSPECT -> work.inspected = true;
            case MOUNT, UNMOUNT -> work.mounts = Mounts.FOUND;
            case CREATE, START, START_AGAIN, STOP, REMOVE -> work.knowledge = Knowledge.UNKNOWN;
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
