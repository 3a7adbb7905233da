package dev.berth.controller.rpc;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The unary calls that are not answered yet, so that one of them can be given up after its time (reliability.md e.3).
 * One look a second at those few is cheaper than a timer for each. Any thread.
 */
final class OpenCalls {
    static final int MOST_TICKS = 30;

    private final Set<GuardedCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
    private volatile long tick;

    void opened(GuardedCall<?, ?> call) {
        if (call.isUnary()) {
            call.openedTick = tick;
            calls.add(call);
        }
    }

    void ended(GuardedCall<?, ?> call) {
        if (call.isUnary()) {
            calls.remove(call);
        }
    }

    /** Once a second. */
    void tick() {
        long now = tick + 1;
        tick = now;
        for (GuardedCall<?, ?> call : calls) {
            if (now - call.openedTick > MOST_TICKS) {
                call.close(
                        Status.DEADLINE_EXCEEDED.withDescription("the controller had no answer within " + MOST_TICKS
                                + " s; whether the call took effect shows when it is made again with the same key."),
                        new Metadata());
            }
        }
    }
}
