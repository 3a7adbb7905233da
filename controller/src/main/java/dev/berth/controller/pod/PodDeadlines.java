package dev.berth.controller.pod;

import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When policies stop or end pods, soonest first. Soft: worked out from the pods themselves, told of every change of one,
 * so that a tick costs what is due and nothing else. A locked pod waits until it is unlocked. The loop's thread alone.
 */
public final class PodDeadlines {
    private final long retentionMillis;
    private final Map<PodId, Due> byPod = new HashMap<>();
    private final NavigableSet<Due> inOrder = new TreeSet<>();

    /** {@code retentionMillis}: how long a pod may stay STOPPED; 0 for ever. */
    public PodDeadlines(long retentionMillis) {
        this.retentionMillis = retentionMillis;
    }

    /** What is to happen to a pod. */
    public enum Policy {
        /** It ran as long as it may after one start. */
        STOP_AFTER,
        /** It is as old as it may become. */
        TERMINATE_AFTER,
        /** It was stopped as long as the platform keeps stopped pods. */
        RETENTION
    }

    public record Due(long atMillis, PodId podId, Policy policy) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : podId.compareTo(other.podId);
        }
    }

    /** Takes in what became of a pod. */
    public void take(Pod pod) {
        Due now = soonest(pod);
        Due before = now == null ? byPod.remove(pod.id()) : byPod.put(pod.id(), now);
        if (before != null && !before.equals(now)) {
            inOrder.remove(before);
        }
        if (now != null) {
            inOrder.add(now);
        }
    }

    /** The first whose time has come, which counts as told from here on; null for none. */
    public @Nullable Due next(long nowMillis) {
        if (inOrder.isEmpty() || inOrder.first().atMillis > nowMillis) {
            return null;
        }
        Due due = inOrder.removeFirst();
        byPod.remove(due.podId);
        return due;
    }

    private @Nullable Due soonest(Pod pod) {
        long stopMillis = stopMillis(pod);
        long endMillis = endMillis(pod);
        if (stopMillis == 0 && endMillis == 0) {
            return null;
        }
        if (endMillis == 0 || (stopMillis > 0 && stopMillis < endMillis)) {
            return new Due(stopMillis, pod.id(), Policy.STOP_AFTER);
        }
        boolean byAge = endMillis == terminateMillis(pod);
        return new Due(endMillis, pod.id(), byAge ? Policy.TERMINATE_AFTER : Policy.RETENTION);
    }

    /** When the pod will be stopped, as things are; 0 for never. */
    public static long stopMillis(Pod pod) {
        long afterMillis = pod.spec().lifetime().stopAfterMillis();
        boolean counts = afterMillis > 0 && pod.state() == PodState.RUNNING && !pod.locked() && !pod.isElastic();
        return counts ? pod.times().runningMillis() + afterMillis : 0;
    }

    /** When the pod will be ended, as things are; 0 for never. */
    public long endMillis(Pod pod) {
        long terminateMillis = terminateMillis(pod);
        long kept = keptMillis(pod);
        return terminateMillis == 0 || (kept > 0 && kept < terminateMillis) ? kept : terminateMillis;
    }

    private static long terminateMillis(Pod pod) {
        long afterMillis = pod.spec().lifetime().terminateAfterMillis();
        boolean counts = afterMillis > 0 && pod.hasRun() && mayBeEnded(pod);
        return counts ? pod.times().firstRunningMillis() + afterMillis : 0;
    }

    private long keptMillis(Pod pod) {
        boolean counts = retentionMillis > 0 && pod.state() == PodState.STOPPED && mayBeEnded(pod);
        return counts ? pod.times().stoppedMillis() + retentionMillis : 0;
    }

    private static boolean mayBeEnded(Pod pod) {
        boolean ending = pod.state() == PodState.TERMINATING || pod.state().isFinal();
        return !ending && !pod.locked() && !pod.isElastic();
    }
}
