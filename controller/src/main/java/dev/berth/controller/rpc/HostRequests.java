package dev.berth.controller.rpc;

import com.google.protobuf.Message;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.AvoidPodHostRequest;
import dev.berth.proto.v1.DrainHostRequest;
import dev.berth.proto.v1.HostActionRequest;

/** What administrators ask of hosts, and tenants of the hosts of their pods, checked, as events. Pure; any thread. */
final class HostRequests {
    private static final long DRAIN_MILLIS = 600_000;
    private static final long MOST_DRAIN_SECONDS = 7L * 86_400;
    private static final int AVOID_MINUTES = 1_440;
    private static final int MOST_AVOID_MINUTES = 43_200;
    private static final long MINUTE_MILLIS = 60_000;

    private HostRequests() {}

    static Event.HostActed act(HostActionRequest request, HostAction action, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        host(request.getHost(), violations);
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        RequestKey key = key(
                caller,
                method(action),
                request.getIdempotencyKey(),
                request.toBuilder().clearIdempotencyKey().build());
        return new Event.HostActed(key, caller.actor(), request.getHost(), action, 0, nowMillis);
    }

    static Event.HostActed drain(DrainHostRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        host(request.getHost(), violations);
        if (request.hasDeadline()) {
            SpecCheck.duration(request.getDeadline(), 0, MOST_DRAIN_SECONDS, "0..7 d", "deadline", violations);
        }
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        RequestKey key = key(
                caller,
                method(HostAction.DRAIN),
                request.getIdempotencyKey(),
                request.toBuilder().clearIdempotencyKey().build());
        long deadlineMillis = request.hasDeadline() ? TimeProtos.millis(request.getDeadline()) : DRAIN_MILLIS;
        return new Event.HostActed(key, caller.actor(), request.getHost(), HostAction.DRAIN, deadlineMillis, nowMillis);
    }

    static Event.HostAvoidAsked avoid(AvoidPodHostRequest request, Caller caller, long nowMillis) {
        Violations violations = new Violations();
        Requests.podReference(request.getPod(), "pod", violations);
        violations.range("minutes", request.getMinutes(), 0, MOST_AVOID_MINUTES);
        Requests.key(request.getIdempotencyKey(), violations);
        violations.throwIfAny();
        RequestKey key = key(
                caller,
                "AvoidPodHost",
                request.getIdempotencyKey(),
                request.toBuilder().clearIdempotencyKey().build());
        int minutes = request.getMinutes() == 0 ? AVOID_MINUTES : request.getMinutes();
        return new Event.HostAvoidAsked(key, caller.actor(), request.getPod(), minutes * MINUTE_MILLIS, nowMillis);
    }

    /** An id or a name of a host. */
    static String host(String idOrName) {
        Violations violations = new Violations();
        host(idOrName, violations);
        violations.throwIfAny();
        return idOrName;
    }

    private static void host(String idOrName, Violations violations) {
        SpecCheck.name(idOrName, "host", violations);
    }

    private static RequestKey key(Caller caller, String method, String key, Message withoutKey) {
        return new RequestKey(caller.tenant(), method, key, RequestDigest.of(withoutKey));
    }

    private static String method(HostAction action) {
        return switch (action) {
            case CORDON -> "CordonHost";
            case UNCORDON -> "UncordonHost";
            case DRAIN -> "DrainHost";
            case MAINTAIN -> "MaintainHost";
            case GIVE_UP -> "GiveUpHost";
        };
    }
}
