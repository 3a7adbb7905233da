package dev.berth.controller.cluster;

import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import java.util.BitSet;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How far a deployment has come, derived from the ends of its pods and nothing else: which completions of a Job are done
 * (a set of numbers, so that no report can count twice), and what went wrong, for back-off and limit. Part of
 * {@link ClusterState}, same thread; outside of it read-only.
 */
public final class DeploymentProgress {
    /** A pod that ran this long before its end had started well: the back-off begins anew. */
    private static final long RAN_WELL_MILLIS = 5L * 60_000;

    private final BitSet completed = new BitSet();
    private final BitSet held = new BitSet();
    private final NavigableMap<HostId, Integer> failuresByHost = new TreeMap<>();
    private long finished;
    private long failed;
    private int userFailures;
    private int failuresInRow;
    private long lastFailureMillis;

    DeploymentProgress() {}

    /** As a snapshot holds it. */
    DeploymentProgress(Numbers numbers) {
        numbers.completed().stream().forEach(completed::set);
        numbers.held().stream().forEach(held::set);
        failuresByHost.putAll(numbers.failuresByHost());
        finished = numbers.finished();
        failed = numbers.failed();
        userFailures = numbers.userFailures();
        failuresInRow = numbers.failuresInRow();
        lastFailureMillis = numbers.lastFailureMillis();
    }

    /** Takes in a new member. A Job's gang that begins anew owes all its ranks again, for half a gang proves nothing. */
    void begun(DeploymentSpec spec, int index) {
        held.clear(index);
        if (spec.gang() && !spec.isReplicaSet()) {
            completed.clear(index);
            finished = completed.cardinality();
        }
    }

    /** Takes in the end of a member; once for each, since an end is final. */
    void ended(DeploymentSpec spec, Pod pod, PodStatus end, long atMillis) {
        int index = pod.membership() == null ? 0 : pod.membership().index();
        held.clear(index);
        Integer code = end.exitCode();
        boolean byItself = end.reason() == Reason.CONTAINER_EXITED && code != null;
        boolean zero = byItself && code != null && code == 0;
        boolean completes = byItself && (spec.completion() == Completion.ANY_EXIT || zero);
        if (spec.isReplicaSet() && byItself) {
            finished++;
        } else if (!spec.isReplicaSet() && completes) {
            completed.set(index);
            finished = completed.cardinality();
        }
        boolean byCommand = isByCommand(end.reason());
        if (byItself ? !completes : !byCommand) {
            failed++;
        }
        if (!spec.isReplicaSet()
                && ((byItself && !completes)
                        || end.reason() == Reason.OOM_KILLED
                        || end.reason() == Reason.DISK_QUOTA)) {
            userFailures++;
        }
        if (byCommand || isOfInfrastructure(end.reason())) {
            return;
        }
        HostId hostId = pod.placement().hostId();
        boolean ranWell =
                pod.times().runningMillis() > 0 && atMillis - pod.times().runningMillis() >= RAN_WELL_MILLIS;
        if (ranWell || (!spec.isReplicaSet() && completes)) {
            failuresInRow = 0;
            if (hostId != null) {
                failuresByHost.remove(hostId);
            }
        }
        if (spec.isReplicaSet() || !completes) {
            failed(pod, index, atMillis);
            if (hostId != null) {
                failuresByHost.merge(hostId, 1, Integer::sum);
            }
        }
    }

    /**
     * Failures in a row are those of successors: a pod that was made after the failure before. Others that fail beside
     * it, however many, wait as long as it does, or a large set would be held back longest for a single bad moment.
     */
    private void failed(Pod pod, int index, long atMillis) {
        boolean successor = failuresInRow == 0 || pod.times().createdMillis() > lastFailureMillis;
        if (successor) {
            failuresInRow++;
        }
        if (successor || held.isEmpty()) {
            lastFailureMillis = atMillis;
        }
        held.set(index);
    }

    private static boolean isByCommand(Reason reason) {
        return reason == Reason.USER || reason == Reason.ADMIN || reason == Reason.REPLACED || reason == Reason.NONE;
    }

    /** What is nobody's fault is replaced at once and limits nothing (INV-34). */
    private static boolean isOfInfrastructure(Reason reason) {
        return reason == Reason.HOST_LOST || reason == Reason.PREEMPTED || reason == Reason.GPU_FAULT;
    }

    public boolean isCompleted(int index) {
        return completed.get(index);
    }

    public int completions() {
        return completed.cardinality();
    }

    /** Whether the last pod of this number ended by a failure, so that its successor waits. */
    public boolean isHeld(int index) {
        return held.get(index);
    }

    /** How many numbers wait for the back-off; none once each has a successor. */
    public int heldCount() {
        return held.cardinality();
    }

    /** Lowest number from {@code from} on that waits; -1 when there is none. */
    public int nextHeld(int from) {
        return held.nextSetBit(from);
    }

    /** Pods that ended by themselves, of a Job its completions. */
    public long finished() {
        return finished;
    }

    /** Pods that ended in any other way than by command or as wished. */
    public long failed() {
        return failed;
    }

    public int userFailures() {
        return userFailures;
    }

    public int failuresInRow() {
        return failuresInRow;
    }

    public long lastFailureMillis() {
        return lastFailureMillis;
    }

    /** Failures in a row by host. */
    public NavigableMap<HostId, Integer> failuresByHost() {
        return Collections.unmodifiableNavigableMap(failuresByHost);
    }

    /** Immutable copy for a snapshot. */
    Numbers numbers() {
        return new Numbers(
                (BitSet) completed.clone(),
                (BitSet) held.clone(),
                finished,
                failed,
                userFailures,
                failuresInRow,
                lastFailureMillis,
                new TreeMap<>(failuresByHost));
    }

    /** The progress as values; not to be changed by those who hold it. */
    public record Numbers(
            BitSet completed,
            BitSet held,
            long finished,
            long failed,
            int userFailures,
            int failuresInRow,
            long lastFailureMillis,
            NavigableMap<HostId, Integer> failuresByHost) {}
}
