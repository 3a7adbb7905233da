package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request, report or timer: the only input of the engine. Time, ids and chance come in with it. */
public sealed interface Event {
    long atMillis();

    /** A caller asked for a pod; {@code podId} is fresh and random. */
    record PodSubmitted(RequestKey request, Actor actor, PodId podId, PodSpec spec, long atMillis) implements Event {}

    /** A caller asked for an action on a pod, by id or name as {@link PodLookup} takes them. */
    record PodActed(RequestKey request, Actor actor, String podIdOrName, PodAction action, long atMillis)
            implements Event {}

    /** An agent opened a session. */
    record HostDialled(HostId hostId, Hello hello, long atMillis) implements Event {}

    /** An agent told what it sees; {@code inventory} is null when unchanged. */
    record HostReported(
            HostId hostId,
            long sessionEpoch,
            long sequence,
            boolean full,
            List<ObservedPod> pods,
            @Nullable Inventory inventory,
            long atMillis)
            implements Event {}

    record HostHeard(HostId hostId, long sessionEpoch, long atMillis) implements Event {}

    record SessionClosed(HostId hostId, long sessionEpoch, long atMillis) implements Event {}

    /** Once a second: liveness and whatever else waits for time to pass. */
    record Ticked(long atMillis) implements Event {}

    /** What an agent says of itself when it dials. */
    record Hello(String name, String region, String clusterId, String bootId, long highestTerm, Inventory inventory) {}
}
