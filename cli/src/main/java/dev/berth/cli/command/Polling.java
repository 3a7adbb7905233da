package dev.berth.cli.command;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Asks for a thing again and again, with growing pauses, until it is as it should be, for things that cannot be watched.
 * Shows each change of its state on standard error. Blocks the calling thread.
 *
 * @param again asks for the thing as it is now
 * @param state what it is, in a few words
 * @param goal what is waited for, as in "not ready" when the time is over
 * @param next the command that shows the thing
 */
public record Polling<T>(
        Session session,
        Duration timeout,
        UnaryOperator<T> again,
        Function<T, String> state,
        String goal,
        String next) {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** The thing as it was when the wait was over. */
    public T until(T first, Predicate<T> isSettled) {
        Instant endsAt = session.clock().instant().plus(timeout);
        long pauseMillis = FIRST_PAUSE_MILLIS;
        T seen = first;
        String told = tell(seen, "");
        while (!isSettled.test(seen)) {
            long leftMillis =
                    Duration.between(session.clock().instant(), endsAt).toMillis();
            if (leftMillis <= 0) {
                throw new CliFailure(
                        ExitCodes.UNAVAILABLE,
                        state.apply(seen) + " after " + Human.duration(timeout) + ", not " + goal,
                        "It goes on without you; look again with: " + next);
            }
            session.pause().forMillis(Math.min(pauseMillis, leftMillis));
            seen = again.apply(seen);
            String now = tell(seen, told);
            pauseMillis = now.equals(told) ? Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS) : FIRST_PAUSE_MILLIS;
            told = now;
        }
        return seen;
    }

    private String tell(T seen, String told) {
        String now = state.apply(seen);
        if (!now.equals(told)) {
            session.note(now);
        }
        return now;
    }
}
