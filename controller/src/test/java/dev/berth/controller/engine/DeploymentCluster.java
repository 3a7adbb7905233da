package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.TENANT;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link TestCluster} with words for deployments and for what becomes of their pods. */
final class DeploymentCluster {
    static final DeploymentId ID = new DeploymentId("dddddddddddddddd");
    private static final Actor USER = new Actor(Actor.Kind.USER, "test");

    final TestCluster cluster = new TestCluster();
    private int keys;

    static PodSpec template() {
        PodSpec.Container container =
                TestCluster.spec("", ResourceRequest.gpus(1), Unplaced.QUEUE).container();
        return new PodSpec("", container, ResourceRequest.gpus(1), 50, 10_000, Map.of(), QueueTerms.QUEUE);
    }

    static DeploymentSpec replicas(int count) {
        return new DeploymentSpec(
                "web", DeploymentMode.REPLICA_SET, count, count, Completion.ANY_EXIT, 6, false, 29_500, template());
    }

    static DeploymentSpec job(int completions, int parallelism, Completion completion, int backoffLimit) {
        return new DeploymentSpec(
                "work",
                DeploymentMode.JOB,
                completions,
                parallelism,
                completion,
                backoffLimit,
                false,
                29_500,
                template());
    }

    static DeploymentSpec gang(DeploymentSpec spec) {
        return new DeploymentSpec(
                spec.name(),
                spec.mode(),
                spec.count(),
                spec.parallelism(),
                spec.completion(),
                spec.backoffLimit(),
                true,
                spec.masterPort(),
                spec.template());
    }

    RequestKey key(String method) {
        return new RequestKey(TENANT, method, "key-" + keys++, "");
    }

    Reply create(DeploymentSpec spec) {
        return create(spec, ID.value());
    }

    Reply create(DeploymentSpec spec, String id) {
        return cluster.step(new Event.DeploymentSubmitted(
                key("CreateDeployment"), USER, new DeploymentId(id), spec, cluster.nowMillis));
    }

    Reply scale(@Nullable Integer replicas, @Nullable Integer parallelism, @Nullable Integer completions) {
        return scale(replicas, parallelism, completions, 0);
    }

    Reply scale(
            @Nullable Integer replicas,
            @Nullable Integer parallelism,
            @Nullable Integer completions,
            long expectedVersion) {
        return cluster.step(new Event.DeploymentScaled(
                key("ScaleDeployment"),
                USER,
                ID.value(),
                replicas,
                parallelism,
                completions,
                expectedVersion,
                cluster.nowMillis));
    }

    Reply update(PodSpec template) {
        return cluster.step(
                new Event.DeploymentUpdated(key("UpdateDeployment"), USER, ID.value(), template, 0, cluster.nowMillis));
    }

    Reply stop() {
        return cluster.step(
                new Event.DeploymentEnded(key("StopDeployment"), USER, ID.value(), false, cluster.nowMillis));
    }

    Reply delete() {
        return cluster.step(
                new Event.DeploymentEnded(key("DeleteDeployment"), USER, ID.value(), true, cluster.nowMillis));
    }

    Reply stopPod(Pod pod, boolean decrease) {
        return cluster.step(
                new Event.MemberStopped(key("StopDeploymentPod"), USER, pod.id(), decrease, cluster.nowMillis));
    }

    void pass(long millis) {
        cluster.nowMillis += millis;
        for (var host : cluster.engine.cluster().hosts()) {
            var session = cluster.engine.liveness().session(host.id());
            if (session != null) {
                cluster.step(new Event.HostHeard(host.id(), session.epoch(), cluster.nowMillis));
            }
        }
        cluster.step(new Event.Ticked(cluster.nowMillis));
    }

    Deployment deployment() {
        return Objects.requireNonNull(cluster.engine.cluster().deployment(ID));
    }

    DeploymentCensus census() {
        return cluster.engine.cluster().census(ID);
    }

    DeploymentProgress progress() {
        return cluster.engine.cluster().progress(ID);
    }

    List<Pod> live() {
        return List.copyOf(cluster.engine.cluster().livePods(ID));
    }

    List<Integer> indexes() {
        return live().stream()
                .map(pod -> Objects.requireNonNull(pod.membership()).index())
                .sorted()
                .toList();
    }

    Pod member(int index) {
        return live().stream()
                .filter(pod -> Objects.requireNonNull(pod.membership()).index() == index)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no live pod has number " + index + ": " + live()));
    }

    Pod pod(PodId id) {
        return Objects.requireNonNull(cluster.engine.cluster().pod(id));
    }

    /** All placed pods run, as their hosts tell. */
    void runAll() {
        for (Pod pod : live()) {
            if (pod.state() == PodState.INITIALIZING && pod.placement().hostId() != null) {
                report(pod, ObservedPod.Phase.RUNNING, null);
            }
        }
    }

    /** The process ended by itself; {@code code} is null where there is no evidence of it. */
    void exits(Pod pod, @Nullable Integer code) {
        report(pod, ObservedPod.Phase.ENDED, new ObservedPod.Exit(code, false, false));
    }

    /** All that were asked to end do so. */
    void endAsked() {
        for (Pod pod : live()) {
            if (pod.state() == PodState.TERMINATING) {
                report(pod, ObservedPod.Phase.ENDED, new ObservedPod.Exit(143, false, true));
                report(pod, ObservedPod.Phase.GONE, null);
            }
        }
    }

    void fails(Pod pod) {
        report(pod, ObservedPod.Phase.START_FAILED, null);
    }

    void report(Pod pod, ObservedPod.Phase phase, ObservedPod.@Nullable Exit exit) {
        HostId host = Objects.requireNonNull(pod.placement().hostId());
        long epoch =
                Objects.requireNonNull(cluster.engine.liveness().session(host)).epoch();
        Reason failure = phase == ObservedPod.Phase.START_FAILED ? Reason.INVALID_IMAGE : Reason.NONE;
        cluster.report(
                host.value(),
                epoch,
                false,
                new ObservedPod(pod.id(), pod.placement().incarnation(), phase, failure, "as told", exit, List.of()));
    }
}
