package dev.berth.cli.connection;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Makes a call again while the controller is unavailable, with growing pauses, for about ten seconds. Only for calls
 * that may be made twice. Blocks the calling thread.
 */
public final class Retry {
    private static final long LASTS_MILLIS = 10_000;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final InstantSource clock;
    private final Pause pause;
    private final PrintStream notes;

    public Retry(InstantSource clock, Pause pause, PrintStream notes) {
        this.clock = clock;
        this.pause = pause;
        this.notes = notes;
    }

    /** The answer of the call, or its last refusal. {@code beforeAgain} runs before each repetition. */
    <A> A whileUnavailable(Supplier<A> call, Runnable beforeAgain) {
        long endsAt = clock.millis() + LASTS_MILLIS;
        long pauseMillis = FIRST_PAUSE_MILLIS;
        boolean told = false;
        while (true) {
            try {
                return call.get();
            } catch (StatusRuntimeException e) {
                boolean again =
                        e.getStatus().getCode() == Status.Code.UNAVAILABLE && clock.millis() + pauseMillis < endsAt;
                if (!again) {
                    throw e;
                }
            }
            if (!told) {
                notes.println("berth: The controller does not answer; trying again for 10 s.");
                told = true;
            }
            pause.forMillis(pauseMillis);
            pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
            beforeAgain.run();
        }
    }
}
