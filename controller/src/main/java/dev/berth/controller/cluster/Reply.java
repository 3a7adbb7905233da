package dev.berth.controller.cluster;

import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Volume;
import java.util.List;

/** The answer to the caller of an event; leaves after the commit. */
public sealed interface Reply {
    /** For events nobody waits for. */
    record None() implements Reply {}

    record PodReply(Pod pod, List<String> warnings) implements Reply {}

    record DeploymentReply(Deployment deployment, List<String> warnings) implements Reply {}

    record HostReply(Host host) implements Reply {}

    record VolumeReply(Volume volume) implements Reply {}

    /** New pods of the tenant stay off the host until then. */
    record AvoidReply(HostId hostId, long untilMillis) implements Reply {}

    /** A session was accepted under this epoch. */
    record SessionAccepted(long sessionEpoch) implements Reply {}

    /** A heartbeat counted, or not because its session is no longer the current one. */
    record Heard(boolean current) implements Reply {}

    /** {@code field} is empty unless the kind is INVALID_ARGUMENT. */
    record Refused(Kind kind, String field, String message) implements Reply {}

    enum Kind {
        INVALID_ARGUMENT,
        NOT_FOUND,
        ALREADY_EXISTS,
        FAILED_PRECONDITION,
        /** The caller's version is stale: read again, then repeat. */
        ABORTED,
        /** No host of the fleet could ever match. */
        UNSATISFIABLE,
        RESOURCE_EXHAUSTED
    }

    Reply NONE = new None();

    static Refused refused(Kind kind, String message) {
        return new Refused(kind, "", message);
    }
}
