package dev.berth.controller.engine;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PortBinding;
import java.util.List;

/** Places a pod anew where it is, with the units that it holds: its host removes the older container first. */
final class PodResets {
    private PodResets() {}

    static void reset(Turn turn, Pod pod, Actor actor) {
        placeAnew(turn, pod, pod.placement().ports(), "reset asked for by " + actor.name(), actor);
    }

    static void placeAnew(Turn turn, Pod pod, List<PortBinding> ports, String message, Actor actor) {
        Placement now = pod.placement();
        HostId hostId = now.hostId();
        Grant grant = now.grant();
        if (hostId == null || grant == null) {
            throw new IllegalStateException("Pod " + pod.id() + " holds no units and cannot be placed anew: " + now);
        }
        turn.record(new JournalRecord.PodPlaced(
                pod.id(),
                hostId,
                now.incarnation() + 1,
                grant,
                now.gpuHourMicros(),
                ports,
                message,
                actor,
                turn.nowMillis()));
    }
}
