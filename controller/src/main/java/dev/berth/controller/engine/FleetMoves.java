package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Standing;
import java.util.Collection;
import java.util.Optional;

/** What administrators do with hosts: each command has one effect, and none where it asks for what is already so. */
final class FleetMoves {
    private final HostLiveness liveness;
    private final HostLosses losses;
    private final Drains drains;

    FleetMoves(HostLiveness liveness, HostLosses losses, Drains drains) {
        this.liveness = liveness;
        this.losses = losses;
        this.drains = drains;
    }

    Reply act(Turn turn, Event.HostActed event) {
        Optional<ClusterView.RememberedRequest> before =
                turn.cluster().remembered(event.request().identity());
        if (before.isPresent()) {
            return before.get().digest().equals(event.request().digest())
                    ? reply(turn, new HostId(before.get().subjectId()))
                    : Admission.usedKey(event.request());
        }
        Optional<Host> found = turn.cluster().hostNamed(event.hostIdOrName());
        if (found.isEmpty()) {
            return Reply.refused(Reply.Kind.NOT_FOUND, "no host has the id or name \"" + event.hostIdOrName() + "\".");
        }
        Host host = found.get();
        Optional<String> refusal = refusal(turn, event, host);
        if (refusal.isPresent()) {
            return Reply.refused(Reply.Kind.FAILED_PRECONDITION, refusal.get());
        }
        move(turn, event, host);
        turn.record(
                new JournalRecord.RequestRemembered(event.request(), host.id().value(), turn.nowMillis()));
        return reply(turn, host.id());
    }

    private static Reply reply(Turn turn, HostId hostId) {
        Host host = turn.cluster().host(hostId);
        return host == null
                ? Reply.refused(Reply.Kind.NOT_FOUND, "host " + hostId + " is no longer known.")
                : new Reply.HostReply(host);
    }

    private Optional<String> refusal(Turn turn, Event.HostActed event, Host host) {
        return switch (event.action()) {
            case CORDON, UNCORDON, DRAIN -> Optional.empty();
            case MAINTAIN -> {
                Collection<PodId> holders = turn.cluster().holders(host.id());
                yield holders.isEmpty()
                        ? Optional.empty()
                        : Optional.of("host " + host.name() + " cannot go to maintenance: " + holders.size()
                                + " pods hold units of it, among them "
                                + holders.iterator().next() + ". Drain it first.");
            }
            case GIVE_UP -> {
                Liveness now = liveness.liveness(host.id(), turn.nowMillis());
                yield now == Liveness.UNREACHABLE || now == Liveness.LOST
                        ? Optional.empty()
                        : Optional.of("host " + host.name() + " cannot be given up: it is " + now
                                + ", and its pods may be running. Switch it off and wait until it is UNREACHABLE, or"
                                + " drain it.");
            }
        };
    }

    private void move(Turn turn, Event.HostActed event, Host host) {
        Actor actor = event.actor();
        switch (event.action()) {
            case CORDON -> stand(turn, host, Availability.CORDONED, "cordoned: no new pods", actor);
            case UNCORDON -> stand(turn, host, Availability.OPEN, "open for pods", actor);
            case MAINTAIN -> stand(turn, host, Availability.MAINTENANCE, "in maintenance", actor);
            case DRAIN -> drains.begin(turn, host, turn.nowMillis() + event.deadlineMillis(), actor);
            case GIVE_UP -> {
                losses.givenUp(turn, host, actor);
                turn.record(new JournalRecord.HostGivenUp(host.id(), actor, turn.nowMillis()));
                liveness.know(host.id(), false);
            }
        }
    }

    private void stand(Turn turn, Host host, Availability to, String message, Actor actor) {
        if (host.standing().availability() != to) {
            turn.record(new JournalRecord.HostStood(host.id(), new Standing(to, 0), message, actor, turn.nowMillis()));
            liveness.know(host.id(), to != Availability.MAINTENANCE);
        }
    }
}
