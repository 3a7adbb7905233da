package dev.berth.agent.core;

import dev.berth.agent.model.FoundCopy;
import org.jspecify.annotations.Nullable;

/** How a step of a copy ended. */
public sealed interface CopyOutcome {
    /** Done; what lies there now, null for nothing. */
    record Done(@Nullable FoundCopy found) implements CopyOutcome {}

    /** It cannot succeed as it is ordered, and is not tried again before the order changes. */
    record Refused(String message) implements CopyOutcome {}

    /** Not now, or perhaps; it is tried again. */
    record Failed(String message) implements CopyOutcome {}
}
