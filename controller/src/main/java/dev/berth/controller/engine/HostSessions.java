package dev.berth.controller.engine;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Sessions of hosts: who may join, what is sent when, and to which session. */
final class HostSessions {
    private final HostLiveness liveness;

    HostSessions(HostLiveness liveness) {
        this.liveness = liveness;
    }

    Reply dial(Turn turn, Event.HostDialled event) {
        Event.Hello hello = event.hello();
        if (!hello.clusterId().isEmpty()
                && !hello.clusterId().equals(turn.cluster().clusterId())) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "host " + hello.name() + " belongs to cluster " + hello.clusterId() + ", this is cluster "
                            + turn.cluster().clusterId() + ". Start the agent with an empty data folder to move it.");
        }
        if (hello.highestTerm() > turn.cluster().term()) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "host " + hello.name() + " has obeyed a controller of term " + hello.highestTerm()
                            + ", this one is of term " + turn.cluster().term() + ": its data is older than the fleet.");
        }
        Optional<Host> namesake = turn.cluster().hostNamed(hello.name());
        if (namesake.isPresent() && !namesake.get().id().equals(event.hostId())) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "the name " + hello.name() + " belongs to host "
                            + namesake.get().id() + ". Give this host another name.");
        }
        Host before = turn.cluster().host(event.hostId());
        if (before == null || !sameAs(before, hello)) {
            turn.record(new JournalRecord.HostJoined(
                    event.hostId(), hello.name(), hello.place(), hello.inventory(), turn.nowMillis()));
        }
        if (before != null) {
            LostUnits.tell(turn, before, hello.inventory());
        }
        HostLiveness.Session old = liveness.session(event.hostId());
        if (old != null) {
            turn.effect(
                    new Effect.EndSession(event.hostId(), old.epoch(), "superseded by a newer session of the host"));
        }
        long epoch = (before == null ? 0 : before.sessionEpoch()) + 1;
        turn.record(new JournalRecord.SessionOpened(event.hostId(), epoch, hello.bootId(), turn.nowMillis()));
        liveness.open(event.hostId(), epoch, turn.nowMillis());
        return new Reply.SessionAccepted(epoch);
    }

    private static boolean sameAs(Host host, Event.Hello hello) {
        return host.name().equals(hello.name())
                && host.place().equals(hello.place())
                && host.inventory().equals(hello.inventory());
    }

    /** A changed inventory within a session. */
    static void inventory(Turn turn, HostId hostId, Inventory inventory) {
        Host host = Objects.requireNonNull(turn.cluster().host(hostId), "host");
        if (!host.inventory().equals(inventory)) {
            turn.record(new JournalRecord.HostJoined(hostId, host.name(), host.place(), inventory, turn.nowMillis()));
            LostUnits.tell(turn, host, inventory);
        }
    }

    boolean isCurrent(HostId hostId, long epoch) {
        HostLiveness.Session session = liveness.session(hostId);
        return session != null && session.epoch() == epoch;
    }

    /** The whole set, once the first full report of the session is in. */
    void sendAll(Turn turn, HostId hostId) {
        HostLiveness.Session session = liveness.session(hostId);
        Host host = turn.cluster().host(hostId);
        if (session == null || host == null) {
            return;
        }
        List<Effect.Assigned> all = new ArrayList<>();
        for (Assignment assignment : turn.cluster().assignments(hostId)) {
            all.add(Orders.assigned(turn.cluster(), hostId, assignment));
        }
        List<Effect.OrderedCopy> copies = new ArrayList<>();
        for (VolumeCopy copy : turn.cluster().copiesOn(hostId)) {
            copies.add(Orders.of(turn.cluster(), copy));
        }
        liveness.sent(hostId, host.desiredRevision());
        turn.effect(new Effect.SendDesired(
                hostId, session.epoch(), host.desiredRevision(), true, 0, all, List.of(), copies, List.of()));
    }

    /** What changed, to a host that has its set already; others get everything when they report. */
    void sendChanges(Turn turn, HostId hostId, Collection<PodId> pods, Collection<VolumeKey> copies) {
        HostLiveness.Session session = liveness.session(hostId);
        Host host = turn.cluster().host(hostId);
        if (session == null || host == null || !session.synced() || session.sentRevision() == host.desiredRevision()) {
            return;
        }
        if (session.isToGetAll()) {
            sendAll(turn, hostId);
            return;
        }
        List<Effect.Assigned> assigned = new ArrayList<>();
        List<PodId> withdrawn = new ArrayList<>();
        for (PodId podId : pods) {
            Assignment assignment = turn.cluster().assignment(hostId, podId);
            if (assignment == null) {
                withdrawn.add(podId);
            } else {
                assigned.add(Orders.assigned(turn.cluster(), hostId, assignment));
            }
        }
        List<Effect.OrderedCopy> ordered = new ArrayList<>();
        List<VolumeKey> forgotten = new ArrayList<>();
        for (VolumeKey key : copies) {
            VolumeCopy copy = turn.cluster().copy(key);
            if (copy == null || !copy.hostId().equals(hostId)) {
                forgotten.add(key);
            } else {
                ordered.add(Orders.of(turn.cluster(), copy));
            }
        }
        turn.effect(new Effect.SendDesired(
                hostId,
                session.epoch(),
                host.desiredRevision(),
                false,
                session.sentRevision(),
                assigned,
                withdrawn,
                ordered,
                forgotten));
        liveness.sent(hostId, host.desiredRevision());
    }
}
