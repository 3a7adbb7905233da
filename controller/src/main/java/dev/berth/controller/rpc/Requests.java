package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.EditPodRequest;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.ResourceRequest;
import java.util.List;

/**
 * What callers ask, checked field by field against what the protos promise, as events of the model. Pure; on the
 * thread of the call. A request that breaks a rule is refused here with INVALID_ARGUMENT and never reaches the loop.
 */
final class Requests {
    private Requests() {}

    /** {@code known}: what the GPU models in the spec mean. */
    static Event.PodSubmitted deploy(
            DeployPodRequest request, Caller caller, PodId podId, SpecReferences known, long nowMillis) {
        Violations violations = new Violations();
        violations.check(request.hasSpec(), "spec", "must be set");
        if (request.hasSpec()) {
            SpecCheck.check(request.getSpec(), "spec", violations);
        }
        key(request.getIdempotencyKey(), violations);
        PodSpec spec = spec(request.getSpec(), known, violations);
        String digest =
                RequestDigest.of(request.toBuilder().clearIdempotencyKey().build());
        RequestKey key = new RequestKey(caller.tenant(), "DeployPod", request.getIdempotencyKey(), digest);
        return new Event.PodSubmitted(key, caller.actor(), podId, spec, nowMillis);
    }

    /** Of checked fields, with models under the names by which units are known; throws when anything was wrong. */
    private static PodSpec spec(dev.berth.proto.v1.PodSpec asked, SpecReferences known, Violations violations) {
        List<String> models = ResourceCheck.canonicalModels(
                asked.getRequest().getGpuModelsList(), known.fleetModels(), "spec.request.gpu_models", violations);
        violations.throwIfAny();
        PodSpec spec = SpecProtos.toModel(asked);
        return models.isEmpty() ? spec : spec.withRequest(spec.request().withGpuModels(models));
    }

    static Event.PodEditAsked edit(EditPodRequest request, Caller caller, SpecReferences known, long nowMillis) {
        Violations violations = new Violations();
        podReference(request.getPod(), "pod", violations);
        key(request.getIdempotencyKey(), violations);
        violations.check(request.hasSpec(), "spec", "must be set: the whole new spec");
        if (request.hasSpec()) {
            SpecCheck.check(request.getSpec(), "spec", violations);
        }
        violations.check(
                request.getExpectedVersion() > 0,
                "expected_version",
                "must be set: the version of the pod that was read, so that no other edit is overwritten");
        PodSpec spec = spec(request.getSpec(), known, violations);
        String digest =
                RequestDigest.of(request.toBuilder().clearIdempotencyKey().build());
        RequestKey key = new RequestKey(caller.tenant(), "EditPod", request.getIdempotencyKey(), digest);
        Event.SpecEdit edit = new Event.SpecEdit(
                spec,
                !request.getSpec().hasSystemVolumeGb(),
                request.getSpec().getVolumeMount().isEmpty());
        return new Event.PodEditAsked(
                key, caller.actor(), request.getPod(), edit, request.getExpectedVersion(), nowMillis);
    }

    /** Whether the fleet must be asked before the request can be judged. */
    static boolean namesUnlistedModel(ResourceRequest request) {
        List<String> models = request.getGpuModelsList();
        for (int i = 0; i < models.size(); i++) {
            if (GpuCatalogue.find(models.get(i)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    static Event.PodActed act(PodActionRequest request, PodAction action, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        podReference(request.getPod(), "pod", violations);
        key(request.getIdempotencyKey(), violations);
        violations.check(action == PodAction.RUN || !request.getWithoutGpus(), "without_gpus", "is for RunPod only");
        violations.throwIfAny();
        String digest =
                RequestDigest.of(request.toBuilder().clearIdempotencyKey().build());
        RequestKey key = new RequestKey(caller.tenant(), method(action), request.getIdempotencyKey(), digest);
        return new Event.PodActed(key, caller.actor(), request.getPod(), action, request.getWithoutGpus(), nowMillis);
    }

    /** An id or a name of a pod. */
    static String pod(String idOrName) {
        Violations violations = new Violations();
        podReference(idOrName, "pod", violations);
        violations.throwIfAny();
        return idOrName;
    }

    static void podReference(String idOrName, String field, Violations violations) {
        if (idOrName.isEmpty()) {
            violations.add(field, "must be the id or the name of a pod");
        } else {
            SpecCheck.name(idOrName, field, violations);
        }
    }

    static void key(String key, Violations violations) {
        if (key.isEmpty() || key.length() > 128 || !Text.isVisibleAscii(key)) {
            violations.add(
                    "idempotency_key",
                    key.isEmpty()
                            ? "must be set: 1..128 visible ASCII characters, made by the client"
                            : "must be 1..128 visible ASCII characters, is " + Text.quote(key));
        }
    }

    private static String method(PodAction action) {
        return switch (action) {
            case PAUSE -> "PausePod";
            case RUN -> "RunPod";
            case TERMINATE -> "TerminatePod";
            case EDIT -> "EditPod";
            case RESTART -> "RestartPod";
            case RESET -> "ResetPod";
            case LOCK -> "LockPod";
            case UNLOCK -> "UnlockPod";
        };
    }
}
