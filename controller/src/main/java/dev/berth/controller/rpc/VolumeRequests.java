package dev.berth.controller.rpc;

import com.google.protobuf.Message;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumePlace;
import dev.berth.proto.v1.CreateVolumeRequest;
import dev.berth.proto.v1.ResizeVolumeRequest;
import dev.berth.proto.v1.RestoreVolumeRequest;
import dev.berth.proto.v1.VolumeActionRequest;

/** What callers ask of volumes, checked, as events. Pure; on the thread of the call. */
final class VolumeRequests {
    private static final int MAX_PLACE = 63;

    private VolumeRequests() {}

    static Event.VolumeSubmitted create(CreateVolumeRequest request, Caller caller, VolumeId id, long nowMillis) {
        Violations violations = new Violations();
        SpecCheck.name(request.getName(), "name", violations);
        violations.range("size_gb", request.getSizeGb(), Volume.LEAST_NETWORK_GB, PodStorage.MOST_GB);
        violations.length("region", request.getRegion(), 1, MAX_PLACE);
        violations.length("share", request.getShare(), 0, MAX_PLACE);
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        return new Event.VolumeSubmitted(
                key(
                        caller,
                        "CreateVolume",
                        request.getIdempotencyKey(),
                        request.toBuilder().clearIdempotencyKey().build()),
                caller.actor(),
                id,
                request.getName(),
                new VolumePlace(request.getRegion(), request.getShare()),
                request.getSizeGb(),
                nowMillis);
    }

    static Event.VolumeActed resize(ResizeVolumeRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        reference(request.getVolume(), violations);
        violations.range("size_gb", request.getSizeGb(), 1, PodStorage.MOST_GB);
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        RequestKey key = key(
                caller,
                "ResizeVolume",
                request.getIdempotencyKey(),
                request.toBuilder().clearIdempotencyKey().build());
        return new Event.VolumeActed(
                key, caller.actor(), request.getVolume(), new Event.VolumeAct.Resize(request.getSizeGb()), nowMillis);
    }

    static Event.VolumeActed delete(VolumeActionRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        reference(request.getVolume(), violations);
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        RequestKey key = key(
                caller,
                "DeleteVolume",
                request.getIdempotencyKey(),
                request.toBuilder().clearIdempotencyKey().build());
        return new Event.VolumeActed(key, caller.actor(), request.getVolume(), new Event.VolumeAct.Delete(), nowMillis);
    }

    static Event.VolumeActed restore(RestoreVolumeRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        reference(request.getVolume(), violations);
        if (!request.getPod().isEmpty()) {
            Requests.podReference(request.getPod(), "pod", violations);
        }
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        RequestKey key = key(
                caller,
                "RestoreVolume",
                request.getIdempotencyKey(),
                request.toBuilder().clearIdempotencyKey().build());
        return new Event.VolumeActed(
                key, caller.actor(), request.getVolume(), new Event.VolumeAct.Restore(request.getPod()), nowMillis);
    }

    /** An id, or the name of a network volume. */
    static String volume(String idOrName) {
        Violations violations = new Violations();
        reference(idOrName, violations);
        violations.throwIfAny();
        return idOrName;
    }

    private static void reference(String idOrName, Violations violations) {
        if (idOrName.isEmpty()) {
            violations.add("volume", "must be the id of a volume or the name of a network volume");
        } else {
            SpecCheck.name(idOrName, "volume", violations);
        }
    }

    private static RequestKey key(Caller caller, String method, String key, Message withoutKey) {
        return new RequestKey(caller.tenant(), method, key, RequestDigest.of(withoutKey));
    }
}
