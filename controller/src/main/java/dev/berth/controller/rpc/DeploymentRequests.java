package dev.berth.controller.rpc;

import com.google.protobuf.Message;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.protos.DeploymentProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.DeploymentActionRequest;
import dev.berth.proto.v1.ScaleDeploymentRequest;
import dev.berth.proto.v1.StopDeploymentPodRequest;
import dev.berth.proto.v1.UpdateDeploymentRequest;
import java.util.List;

/**
 * What callers ask of deployments, checked field by field, as events of the model. Pure; on the thread of the call. What
 * breaks a rule is refused here and never reaches the loop.
 */
final class DeploymentRequests {
    private DeploymentRequests() {}

    /** {@code known}: what the GPU models in the template mean. */
    static Event.DeploymentSubmitted create(
            CreateDeploymentRequest request, Caller caller, DeploymentId id, SpecReferences known, long nowMillis) {
        Violations violations = new Violations();
        violations.check(request.hasSpec(), "spec", "must be set");
        if (request.hasSpec()) {
            DeploymentCheck.check(request.getSpec(), "spec", violations);
        }
        Requests.key(request.getIdempotencyKey(), violations);
        List<String> models =
                models(request.getSpec().getTemplate(), known, "spec.template.request.gpu_models", violations);
        violations.throwIfAny();
        DeploymentSpec spec = DeploymentProtos.toModel(request.getSpec());
        return new Event.DeploymentSubmitted(
                key(
                        caller,
                        "CreateDeployment",
                        request.getIdempotencyKey(),
                        request.toBuilder().clearIdempotencyKey().build()),
                caller.actor(),
                id,
                spec.withTemplate(canonical(spec.template(), models)),
                nowMillis);
    }

    static Event.DeploymentScaled scale(ScaleDeploymentRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        reference(request.getDeployment(), violations);
        Requests.key(request.getIdempotencyKey(), violations);
        version(request.getExpectedVersion(), violations);
        violations.check(
                request.hasReplicas() || request.hasParallelism() || request.hasCompletions(),
                "replicas",
                "must be set, or parallelism or completions for a JOB: there is nothing to scale");
        if (request.hasReplicas()) {
            DeploymentCheck.replicas(request.getReplicas(), "replicas", violations);
        }
        if (request.hasParallelism()) {
            DeploymentCheck.parallelism(request.getParallelism(), "parallelism", violations);
        }
        if (request.hasCompletions()) {
            DeploymentCheck.completions(request.getCompletions(), "completions", violations);
        }
        violations.throwIfAny();
        return new Event.DeploymentScaled(
                key(
                        caller,
                        "ScaleDeployment",
                        request.getIdempotencyKey(),
                        request.toBuilder().clearIdempotencyKey().build()),
                caller.actor(),
                request.getDeployment(),
                request.hasReplicas() ? request.getReplicas() : null,
                request.hasParallelism() ? request.getParallelism() : null,
                request.hasCompletions() ? request.getCompletions() : null,
                request.getExpectedVersion(),
                nowMillis);
    }

    static Event.DeploymentUpdated update(
            UpdateDeploymentRequest request, Caller caller, SpecReferences known, long nowMillis) {
        Violations violations = new Violations();
        reference(request.getDeployment(), violations);
        Requests.key(request.getIdempotencyKey(), violations);
        version(request.getExpectedVersion(), violations);
        violations.check(request.hasTemplate(), "template", "must be set: what each pod is from now on");
        if (request.hasTemplate()) {
            DeploymentCheck.template(request.getTemplate(), "template", violations);
        }
        List<String> models = models(request.getTemplate(), known, "template.request.gpu_models", violations);
        violations.throwIfAny();
        return new Event.DeploymentUpdated(
                key(
                        caller,
                        "UpdateDeployment",
                        request.getIdempotencyKey(),
                        request.toBuilder().clearIdempotencyKey().build()),
                caller.actor(),
                request.getDeployment(),
                canonical(SpecProtos.toModel(request.getTemplate(), true), models),
                request.getExpectedVersion(),
                nowMillis);
    }

    static Event.DeploymentEnded end(DeploymentActionRequest request, Caller caller, boolean deleting, long nowMillis) {
        Violations violations = new Violations();
        reference(request.getDeployment(), violations);
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        return new Event.DeploymentEnded(
                key(
                        caller,
                        deleting ? "DeleteDeployment" : "StopDeployment",
                        request.getIdempotencyKey(),
                        request.toBuilder().clearIdempotencyKey().build()),
                caller.actor(),
                request.getDeployment(),
                deleting,
                nowMillis);
    }

    static Event.MemberStopped stopPod(StopDeploymentPodRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        violations.check(
                Ids.isId(request.getPod()), "pod", "must be the id of a pod, is " + Text.quote(request.getPod()));
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        return new Event.MemberStopped(
                key(
                        caller,
                        "StopDeploymentPod",
                        request.getIdempotencyKey(),
                        request.toBuilder().clearIdempotencyKey().build()),
                caller.actor(),
                new PodId(request.getPod()),
                request.getDecreaseReplicas(),
                nowMillis);
    }

    /** An id or a name of a deployment. */
    static String deployment(String idOrName) {
        Violations violations = new Violations();
        reference(idOrName, violations);
        violations.throwIfAny();
        return idOrName;
    }

    private static void reference(String idOrName, Violations violations) {
        if (idOrName.isEmpty()) {
            violations.add("deployment", "must be the id or the name of a deployment");
        } else {
            SpecCheck.name(idOrName, "deployment", violations);
        }
    }

    private static void version(long expected, Violations violations) {
        violations.check(expected >= 0, "expected_version", "must not be negative, is " + expected);
    }

    private static List<String> models(
            dev.berth.proto.v1.PodSpec template, SpecReferences known, String path, Violations violations) {
        return ResourceCheck.canonicalModels(
                template.getRequest().getGpuModelsList(), known.fleetModels(), path, violations);
    }

    /** Under the names by which units are known. */
    private static PodSpec canonical(PodSpec template, List<String> models) {
        return models.isEmpty()
                ? template
                : template.withRequest(template.request().withGpuModels(models));
    }

    private static RequestKey key(Caller caller, String method, String key, Message withoutKey) {
        return new RequestKey(caller.tenant(), method, key, RequestDigest.of(withoutKey));
    }
}
