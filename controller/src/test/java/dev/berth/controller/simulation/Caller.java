package dev.berth.controller.simulation;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import java.util.function.Supplier;

/** A client with a source of wishes: one request at a time, each until it is answered, over a network that loses both ways. */
final class Caller {
    private static final long RETRY_MILLIS = 5_000;

    private final String name;
    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final ControllerProcess controller;
    private final Supplier<Wish> wishes;
    private final long everyMillis;
    private boolean waiting;

    private static final class Asked {
        final Wish wish;
        boolean answered;

        Asked(Wish wish) {
            this.wish = wish;
        }
    }

    Caller(
            String name,
            Timeline timeline,
            Chance chance,
            Trace trace,
            ControllerProcess controller,
            Supplier<Wish> wishes,
            long everyMillis) {
        this.name = name;
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.controller = controller;
        this.wishes = wishes;
        this.everyMillis = everyMillis;
    }

    boolean isWaiting() {
        return waiting;
    }

    void start() {
        timeline.after(chance.between(100, everyMillis), () -> {
            if (!chance.isQuiet()) {
                waiting = true;
                attempt(new Asked(wishes.get()));
            }
        });
    }

    private void attempt(Asked asked) {
        if (asked.answered) {
            return;
        }
        if (chance.strikes(Fault.LOST_REQUEST)) {
            trace.add(name, "lost: " + asked.wish.key());
        } else {
            long delay = chance.between(1, 20) + (chance.strikes(Fault.CLOG) ? chance.between(0, 9_000) : 0);
            timeline.after(delay, () -> controller.submit(() -> made(asked.wish), reply -> replied(asked, reply)));
        }
        timeline.after(RETRY_MILLIS + chance.between(0, 1_000), () -> attempt(asked));
    }

    private Event made(Wish wish) {
        return wish.event().apply(controller.nowMillis());
    }

    private void replied(Asked asked, Reply reply) {
        if (chance.strikes(Fault.LOST_REPLY)) {
            trace.add(name, "the answer is lost: " + asked.wish.key());
        } else {
            timeline.after(chance.between(1, 20), () -> answered(asked, reply));
        }
    }

    private void answered(Asked asked, Reply reply) {
        boolean full = reply instanceof Reply.Refused(var kind, var field, var message)
                && kind == Reply.Kind.RESOURCE_EXHAUSTED;
        asked.wish.heard().accept(reply);
        if (!asked.answered && (!full || chance.below(4) == 0)) {
            asked.answered = true;
            waiting = false;
            start();
        }
    }
}
