package dev.berth.agent.core;

import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is reported of one placement. Pure; asked by the engine. */
final class PodView {
    private PodView() {}

    /** {@code olderLeft}: of an older incarnation something is left; then the pod has not ended and is not gone. */
    static ObservedPod of(PodWork work, boolean olderLeft) {
        Phase phase = phase(work);
        // Each of these frees units, and those that the older one may still use are the same after a reset.
        boolean frees = phase == Phase.GONE || phase == Phase.ENDED || phase == Phase.START_FAILED;
        phase = frees && olderLeft ? Phase.STOPPING : phase;
        return new ObservedPod(
                work.key,
                phase,
                work.containerId,
                phase == Phase.START_FAILED ? work.failure : null,
                message(work, phase),
                exit(work, phase),
                work.log.lines(),
                work.restartsDone,
                phase == Phase.RUNNING ? work.readyPorts : List.of(),
                work.warnings);
    }

    /** A container that is in doubt is reported as it was last seen, from a restart as the saved marks say. */
    private static Phase phase(PodWork work) {
        return switch (work.knowledge) {
            case UNKNOWN -> work.inspected || work.phase != Phase.ACCEPTED ? work.phase : remembered(work);
            case ABSENT -> absent(work);
            case CREATED -> Phase.STARTING;
            case RUNNING -> work.stopIssued ? Phase.STOPPING : Phase.RUNNING;
            case EXITED -> exited(work);
        };
    }

    /**
     * The end is told only when all that was written is on disk, its GPUs were tested and no start is in doubt; of a
     * restart it is none.
     */
    private static Phase exited(PodWork work) {
        if (work.failure != null) {
            return Phase.STARTING;
        }
        if (work.restartUnderWay()) {
            return Phase.RUNNING;
        }
        return work.startInDoubt() || work.anythingLeft() ? Phase.STOPPING : Phase.ENDED;
    }

    private static Phase remembered(PodWork work) {
        if (work.exit != null) {
            return work.startInDoubt() || work.anythingLeft() ? Phase.STOPPING : Phase.ENDED;
        }
        if (work.ran) {
            return work.stopIssued ? Phase.STOPPING : Phase.RUNNING;
        }
        return Phase.ACCEPTED;
    }

    private static Phase absent(PodWork work) {
        Goal goal = work.goal();
        if (work.inFlight == PodStep.PULL) {
            return work.pullPercent >= 0 ? Phase.PULLING : Phase.ACCEPTED;
        }
        if (work.inFlight == PodStep.CREATE) {
            return Phase.STARTING;
        }
        if (goal == Goal.REMOVE) {
            return work.anythingLeft() ? Phase.STOPPING : Phase.GONE;
        }
        if (work.failure != null) {
            return work.anythingLeft() ? Phase.STARTING : Phase.START_FAILED;
        }
        if (work.ran || work.fenced || goal == Goal.STOP) {
            return work.anythingLeft() ? Phase.STOPPING : Phase.ENDED;
        }
        return work.imageReady ? Phase.STARTING : Phase.ACCEPTED;
    }

    private static @Nullable Exit exit(PodWork work, Phase phase) {
        return switch (phase) {
            case ENDED -> work.exit != null ? work.exit : Exit.WITHOUT_EVIDENCE.requested(!work.fenced);
            case GONE -> work.exit;
            case ACCEPTED, PULLING, STARTING, RUNNING, STOPPING, START_FAILED -> null;
        };
    }

    private static String message(PodWork work, Phase phase) {
        if (phase == Phase.START_FAILED && work.failure != null) {
            return work.failure.message();
        }
        if (phase == Phase.ENDED && work.fenced && (work.exit == null || work.exit.code() == null)) {
            return LeaseWatch.ENDED;
        }
        if (!work.trouble.isEmpty()) {
            return work.trouble;
        }
        if (work.inFlight == PodStep.CLEAR) {
            return "waits until nothing is left on its GPUs";
        }
        if (phase == Phase.RUNNING && work.restartsBegun > work.restartsDone) {
            return "is being restarted";
        }
        return phase == Phase.PULLING ? "pulled " + work.pullPercent + " %" : "";
    }
}
