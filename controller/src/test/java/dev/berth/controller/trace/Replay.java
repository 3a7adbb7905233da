package dev.berth.controller.trace;

import dev.berth.controller.model.PodId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tasks come and go at their own times; what waited, and how long. */
final class Replay {
    /** {@code mostHeld}: units held at once. Queue times in seconds, of those that got a place, shortest first. */
    record Result(int placed, int waited, int leftUnplaced, int mostHeld, List<Long> queueSeconds) {
        long quantile(double share) {
            return queueSeconds.isEmpty()
                    ? 0
                    : queueSeconds.get((int) Math.min(queueSeconds.size() - 1L, (long) (share * queueSeconds.size())));
        }
    }

    private record Moment(long seconds, boolean leaves, int task) {}

    private final Trace trace;
    private final Map<PodId, Long> placedSeconds = new HashMap<>();

    Replay(Trace trace) {
        this.trace = trace;
    }

    Result run() {
        TracedCluster cluster = new TracedCluster(trace, (pod, millis) -> placedSeconds.put(pod, millis / 1000));
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < trace.tasks().size(); i++) {
            Trace.Task task = trace.tasks().get(i);
            moments.add(new Moment(task.createdSeconds(), false, i));
            moments.add(new Moment(task.deletedSeconds(), true, i));
        }
        moments.sort(Comparator.comparingLong(Moment::seconds)
                .thenComparing(Moment::leaves)
                .thenComparingInt(Moment::task));
        int held = 0;
        int mostHeld = 0;
        for (Moment moment : moments) {
            String id = id(moment.task());
            // What waits for time to pass is served before what happens now.
            cluster.tick(moment.seconds() * 1000);
            if (moment.leaves()) {
                cluster.leave(id, moment.seconds() * 1000);
            } else {
                cluster.arrive(id, trace.tasks().get(moment.task()), moment.seconds() * 1000);
            }
            held = cluster.heldUnits();
            mostHeld = Math.max(mostHeld, held);
        }
        if (held != 0) {
            throw new AssertionError(held + " units are held after the last task left");
        }
        return result(mostHeld);
    }

    private Result result(int mostHeld) {
        List<Long> queueSeconds = new ArrayList<>();
        int waited = 0;
        for (int i = 0; i < trace.tasks().size(); i++) {
            Long at = placedSeconds.get(new PodId(id(i)));
            if (at != null) {
                long seconds = at - trace.tasks().get(i).createdSeconds();
                queueSeconds.add(seconds);
                waited += seconds > 0 ? 1 : 0;
            }
        }
        queueSeconds.sort(null);
        int unplaced = trace.tasks().size() - queueSeconds.size();
        return new Result(queueSeconds.size(), waited + unplaced, unplaced, mostHeld, queueSeconds);
    }

    static String id(int task) {
        return "task%012d".formatted(task);
    }
}
