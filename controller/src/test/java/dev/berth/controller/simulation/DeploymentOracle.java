package dev.berth.controller.simulation;

import dev.berth.agent.model.PodKey;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.simulation.Machine.Box;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Follows deployments record by record and works out a second time what they have reached, from ends that were really
 * seen: never too many pods (INV-32), completions distinct and proven (INV-33), failures of the user counted once and
 * nobody else's (INV-34).
 */
final class DeploymentOracle implements RecordObserver {
    private final Timeline timeline;
    private final ContainerOracle containers;
    private final SortedMap<DeploymentId, SortedSet<Integer>> completed = new TreeMap<>();
    private final SortedMap<DeploymentId, Integer> userFailures = new TreeMap<>();
    private final SortedMap<DeploymentId, Long> lastCreatedMillis = new TreeMap<>();
    private final SortedSet<String> seen = new TreeSet<>();

    DeploymentOracle(Timeline timeline, ContainerOracle containers) {
        this.timeline = timeline;
        this.containers = containers;
    }

    SortedSet<String> seen() {
        return seen;
    }

    long lastCreatedMillis(DeploymentId id) {
        return lastCreatedMillis.getOrDefault(id, 0L);
    }

    @Override
    public void before(JournalRecord entry, ClusterView durable) {
        if (entry instanceof JournalRecord.PodMoved moved && moved.to().state().isFinal()) {
            Pod pod = durable.pod(moved.podId());
            if (pod != null && pod.membership() != null && !pod.state().isFinal()) {
                ended(durable, pod, pod.membership(), moved.to());
            }
        }
    }

    @Override
    public void after(JournalRecord entry, ClusterView durable) {
        if (entry instanceof JournalRecord.PodCreated created && created.membership() != null) {
            begun(durable, created.podId(), created.membership());
        } else if (entry instanceof JournalRecord.PodMoved moved) {
            Pod pod = durable.pod(moved.podId());
            if (pod != null && pod.membership() != null) {
                derived(durable, pod.membership().deploymentId());
            }
        } else if (entry instanceof JournalRecord.DeploymentMoved moved) {
            Deployment deployment = durable.deployment(moved.deploymentId());
            seen.add("deployment " + moved.state());
            Violation.unless(
                    moved.state() != DeploymentState.COMPLETED
                            || (deployment != null
                                    && done(moved.deploymentId()).size()
                                            >= deployment.spec().count()),
                    () -> "INV-33: " + deployment + " is complete with " + done(moved.deploymentId()));
        }
    }

    private SortedSet<Integer> done(DeploymentId id) {
        return completed.computeIfAbsent(id, any -> new TreeSet<>());
    }

    private void begun(ClusterView durable, PodId podId, Membership membership) {
        DeploymentId id = membership.deploymentId();
        lastCreatedMillis.put(id, timeline.sinceStartMillis());
        Deployment deployment = durable.deployment(id);
        Violation.unless(
                deployment != null && deployment.state() == DeploymentState.ACTIVE,
                () -> "INV-33: pod " + podId + " is made for " + deployment);
        if (deployment == null) {
            return;
        }
        DeploymentSpec spec = deployment.spec();
        if (spec.gang()) {
            done(id).remove(membership.index());
        }
        seen.add("made for " + (spec.gang() ? "gang " : "") + spec.mode());
        int most = spec.isReplicaSet()
                ? spec.count() + surge(durable, deployment)
                : Math.min(spec.parallelism(), spec.count() - done(id).size());
        int live = durable.livePods(id).size();
        Violation.unless(
                live <= (spec.gang() ? spec.count() : most),
                () -> "INV-32: " + deployment + " has " + live + " live pods, at most " + most + " are allowed: "
                        + durable.livePods(id));
        Violation.unless(
                spec.isReplicaSet() || !done(id).contains(membership.index()),
                () -> "INV-33: completion " + membership.index() + " of " + deployment + " is begun again");
        for (Pod other : durable.livePods(id)) {
            boolean same = !other.id().equals(podId)
                    && other.membership() != null
                    && other.membership().index() == membership.index();
            Violation.unless(!same, () -> "INV-32: " + podId + " and " + other + " have one number");
        }
    }

    /** Pods that leave a host that is being drained, for whom another may be made first. */
    private static int surge(ClusterView durable, Deployment deployment) {
        int leaving = 0;
        for (Pod pod : durable.livePods(deployment.id())) {
            HostId hostId = pod.placement().hostId();
            Host host = hostId == null ? null : durable.host(hostId);
            leaving += host != null && host.standing().availability() == Availability.DRAINING ? 1 : 0;
        }
        return leaving;
    }

    private void ended(ClusterView durable, Pod pod, Membership membership, PodStatus end) {
        Deployment deployment = durable.deployment(membership.deploymentId());
        if (deployment == null) {
            return;
        }
        DeploymentSpec spec = deployment.spec();
        seen.add("member " + end.state() + " " + end.reason());
        Integer told = end.exitCode();
        boolean byItself = end.reason() == Reason.CONTAINER_EXITED && told != null;
        int code = told == null ? -1 : told;
        if (byItself) {
            Box box =
                    containers.end(new PodKey(pod.id().value(), pod.placement().incarnation()));
            Violation.unless(
                    box != null && box.code == code && (box.endedByItself || box.signalForgotten),
                    () -> "INV-33: " + pod + " is said to have ended by itself with " + code + ", in truth " + box
                            + (box == null ? "" : " ended with " + box.code + ", by itself " + box.endedByItself));
        }
        if (spec.isReplicaSet()) {
            return;
        }
        boolean completes = byItself && (spec.completion() == Completion.ANY_EXIT || code == 0);
        if (completes) {
            done(deployment.id()).add(membership.index());
        } else if (byItself || end.reason() == Reason.OOM_KILLED) {
            userFailures.merge(deployment.id(), 1, Integer::sum);
        }
    }

    private void derived(ClusterView durable, DeploymentId id) {
        Deployment deployment = durable.deployment(id);
        if (deployment == null || deployment.spec().isReplicaSet()) {
            return;
        }
        DeploymentProgress progress = durable.progress(id);
        Violation.unless(
                progress.completions() == done(id).size()
                        && done(id).stream().allMatch(progress::isCompleted)
                        && (deployment.spec().completion() == Completion.ANY_EXIT
                                || progress.userFailures() == userFailures.getOrDefault(id, 0)),
                () -> "INV-33: " + deployment + " counts " + progress.completions() + " and " + progress.userFailures()
                        + " failures, done are " + done(id) + ", failures " + userFailures.get(id));
    }

    /** Whether its members keep failing by themselves, so that nobody can expect it to come to rest. */
    static boolean neverRests(Deployment deployment) {
        String image = deployment.spec().template().container().image();
        return deployment.spec().isReplicaSet() ? !image.equals("debian") : image.equals("nocreate");
    }

    static boolean isLive(Pod pod) {
        return pod.state() != PodState.TERMINATED && pod.state() != PodState.FAILED;
    }
}
