package dev.berth.controller.engine;

import dev.berth.controller.cluster.QueueOrder;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Timings;
import dev.berth.controller.scheduling.Rule;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Unplaceable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells pods that wait why they do, as an event of theirs: only when the set of rules that say no is another one, each
 * class seldom and few pods at a time. Part of {@link Placing}.
 */
final class QueueReasons {
    private static final int PODS_PER_TICK = 128;

    private final Scheduler scheduler;
    private final QueueLine line;
    private final Timings timings;

    QueueReasons(Scheduler scheduler, QueueLine line, Timings timings) {
        this.scheduler = scheduler;
        this.line = line;
        this.timings = timings;
    }

    void tick(Turn turn) {
        int left = PODS_PER_TICK;
        for (QueueClass kind : List.copyOf(line.classes())) {
            if (left == 0) {
                return;
            }
            if (kind.tellMillis == 0) {
                kind.tellMillis = turn.nowMillis() + timings.heartbeatMillis();
            }
            if (turn.nowMillis() >= kind.tellMillis) {
                left = tell(turn, kind, left);
                // What was left out is told at the next tick.
                kind.tellMillis = left == 0 ? turn.nowMillis() : turn.nowMillis() + 2 * timings.heartbeatMillis();
            }
        }
    }

    private int tell(Turn turn, QueueClass kind, int most) {
        Unplaceable why =
                scheduler.explain(Placing.search(turn, turn.pod(kind.head().podId())));
        String message = message(why);
        // A look at the fleet counts as a pod that is told.
        int left = most - 1;
        for (QueueOrder order : List.copyOf(kind.waiting())) {
            Pod pod = turn.pod(order.podId());
            if (left == 0 || pod.status().message().equals(message)) {
                continue;
            }
            left--;
            tell(turn, pod, why);
        }
        return left;
    }

    /** The pod waits for this. */
    static void tell(Turn turn, Pod pod, Unplaceable why) {
        turn.move(
                pod.id(),
                new PodStatus(
                        pod.status().desired(),
                        pod.state(),
                        pod.status().detail(),
                        why.everPossible() ? Reason.NONE : Reason.UNSATISFIABLE,
                        message(why),
                        null),
                Actor.SCHEDULER);
    }

    /** Names rules without numbers, which change all the time. */
    private static String message(Unplaceable why) {
        if (why.hostsByRule().isEmpty()) {
            return "waits for a first host to join the cluster";
        }
        String rules = why.hostsByRule().keySet().stream().map(Rule::name).collect(Collectors.joining(", "));
        return (why.everPossible() ? "waits for a place" : "waits, though no host of the fleet could take it yet")
                + "; hosts say no for " + rules;
    }
}
