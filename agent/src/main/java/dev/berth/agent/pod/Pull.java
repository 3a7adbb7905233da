package dev.berth.agent.pod;

import dev.berth.agent.core.StepOutcome;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One pull, which can be given up at any time and still has an end: before its thread came to it, it is not begun; while
 * it is under way its thread is interrupted; after it nothing is. Given up by the loop's thread, run once by its own.
 */
final class Pull {
    private boolean givenUp;
    private @Nullable Thread thread;

    StepOutcome run(Supplier<StepOutcome> work) {
        if (!begin()) {
            return new StepOutcome.Uncertain("the pull was given up before it began");
        }
        try {
            return work.get();
        } finally {
            end();
        }
    }

    synchronized void giveUp() {
        givenUp = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized boolean begin() {
        thread = givenUp ? null : Thread.currentThread();
        return !givenUp;
    }

    /** What its thread does from here on is not meant. */
    private synchronized void end() {
        thread = null;
        if (givenUp) {
            Thread.interrupted();
        }
    }
}
