package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Standing;
import java.util.List;

/** What records do to hosts: that they join, what they are open for, that they are given up. Part of {@link ClusterState}, same thread. */
final class HostMoves {
    private final ClusterState state;
    private final VolumeMoves volumeMoves;

    HostMoves(ClusterState state, VolumeMoves volumeMoves) {
        this.state = state;
        this.volumeMoves = volumeMoves;
    }

    void join(JournalRecord.HostJoined r) {
        Host before = state.hosts.get(r.hostId());
        state.putHost(
                before == null
                        ? Host.joined(r.hostId(), r.name(), r.place(), r.inventory(), r.atMillis())
                        : before.withInventory(r.name(), r.place(), r.inventory()));
        if (before != null && !before.inventory().reach().equals(r.inventory().reach())) {
            // Others fetch from it, or it from others, by what its orders and theirs say of each other.
            List.copyOf(state.volumes.copiesOn(r.hostId()))
                    .forEach(copy -> volumeMoves.touchAll(copy.key().volumeId()));
        }
    }

    void stand(JournalRecord.HostStood r) {
        stand(r.hostId(), r.standing(), r.message(), r.actor(), r.atMillis());
    }

    private void stand(HostId id, Standing standing, String message, Actor actor, long atMillis) {
        state.putHost(state.hosts.require(id).withStanding(standing));
        state.hosts.addEvent(id, new HostEvent(state.version, atMillis, standing.availability(), message, actor));
        // Whether its pods shall move elsewhere follows from the standing of their host.
        for (PodId podId : state.claims.holders(id)) {
            Pod pod = state.pods.require(podId);
            if (pod.membership() != null) {
                state.touchDeployment(pod.membership().deploymentId());
            }
        }
    }

    void giveUp(JournalRecord.HostGivenUp r) {
        Standing standing = new Standing(Availability.MAINTENANCE, 0);
        stand(r.hostId(), standing, "given up: the machine is off for good", r.actor(), r.atMillis());
        state.hosts.put(state.hosts.require(r.hostId()).whenGivenUp());
    }
}
