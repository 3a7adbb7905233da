package dev.berth.controller.simulation;

import dev.berth.agent.model.PodKey;
import org.jspecify.annotations.Nullable;

/** What a volume holds, as its last write and all before it; null is an empty one. Two contents are equal when they are one. */
final class Written {
    final @Nullable Written before;
    final PodKey by;
    final int number;

    Written(@Nullable Written before, PodKey by) {
        this.before = before;
        this.by = by;
        this.number = before == null ? 1 : before.number + 1;
    }

    static String words(@Nullable Written content) {
        return content == null ? "empty" : content.toString();
    }

    @Override
    public String toString() {
        return number + " writes, the last by " + by;
    }
}
