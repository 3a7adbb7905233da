package dev.berth.agent.core;

import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FoundContainer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a step ended. */
public sealed interface StepOutcome {
    /** Done; what is there now, or null where nothing is. PULL says nothing about the container. */
    record Done(@Nullable FoundContainer container) implements StepOutcome {}

    /** All volumes are mounted; sentences for the pod's owner. */
    record Mounted(List<String> warnings) implements StepOutcome {
        public Mounted {
            warnings = List.copyOf(warnings);
        }
    }

    /** All volumes are unmounted, but not all that was written reached the disk, and no other try can change that. */
    record Unsynced(String message) implements StepOutcome {}

    /** It can never succeed with this assignment. */
    record Refused(Failure failure) implements StepOutcome {}

    /** The image that was there is not there any more. */
    record ImageMissing() implements StepOutcome {}

    /** The lease had ended when the container was up: it was killed at once, and is never to be started again. */
    record LeaseEnded(String message) implements StepOutcome {}

    /** It may or may not have happened: a time limit, a lost reply, a cancelled pull. */
    record Uncertain(String message) implements StepOutcome {}

    /** The engine does not answer, or is not able at present. */
    record Unavailable(String message) implements StepOutcome {}
}
