package dev.berth.controller.host;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Timings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Soft state: the session of each host, when it was last heard, and who is lost for good. All of it is gone after a
 * restart; every host then counts from the start of the controller, and none is lost before the grace has passed.
 * Belongs to the loop's thread.
 */
public final class HostLiveness {
    private final Map<HostId, Session> sessions = new HashMap<>();
    private final Timings timings;
    private final Leases leases;
    private final StallBrake stall;
    private final MassBrake mass;

    public HostLiveness(Timings timings, long startMillis) {
        this.timings = timings;
        this.leases = new Leases(timings, startMillis);
        this.stall = new StallBrake(timings, startMillis);
        this.mass = new MassBrake(timings);
    }

    /**
     * An open session. {@code synced} once its first full report was taken in; only then does the host get its set and
     * new pods. {@code sentRevision} is that of the last set or delta sent in it.
     */
    public record Session(long epoch, long sinceMillis, boolean synced, long sentRevision) {
        private static final long UNKNOWN = -1;

        /** Whether nobody knows any more what was sent last: then the whole set goes before any delta. */
        public boolean isToGetAll() {
            return sentRevision == UNKNOWN;
        }
    }

    /**
     * For a controller that goes back to what is durable while its hosts stay connected: who was heard when, and the
     * sessions that are durable. Nobody is lost before the grace has passed anew, for what followed from a loss may be
     * among what was undone.
     */
    public HostLiveness goneBack(Collection<Host> durable, long nowMillis) {
        HostLiveness kept = new HostLiveness(timings, nowMillis);
        for (Host host : durable) {
            Long contactMillis = leases.lastContactMillis(host.id());
            if (contactMillis != null) {
                kept.leases.recall(host.id(), contactMillis);
            }
            Session session = sessions.get(host.id());
            if (session != null && session.epoch == host.sessionEpoch()) {
                kept.sessions.put(
                        host.id(), new Session(session.epoch, session.sinceMillis, session.synced, Session.UNKNOWN));
            }
        }
        return kept;
    }

    /**
     * What a tick brought.
     *
     * @param turned hosts whose liveness is another one now
     * @param lost those of them whose elastic pods are dead by now, wherever they are
     */
    public record Turned(List<HostId> turned, List<HostId> lost) {}

    /** A host that has joined, heard or not; {@code inService} false while its silence alarms nobody. */
    public void know(HostId hostId, boolean inService) {
        leases.know(hostId);
        mass.setInService(hostId, inService);
    }

    public void open(HostId hostId, long epoch, long atMillis) {
        sessions.put(hostId, new Session(epoch, atMillis, false, 0));
        heard(hostId, atMillis);
    }

    public void sent(HostId hostId, long revision) {
        sessions.computeIfPresent(
                hostId, (id, session) -> new Session(session.epoch, session.sinceMillis, true, revision));
    }

    public void close(HostId hostId, long epoch) {
        Session session = sessions.get(hostId);
        if (session != null && session.epoch == epoch) {
            sessions.remove(hostId);
        }
    }

    public void heard(HostId hostId, long atMillis) {
        leases.heard(hostId, atMillis);
        mass.heard(hostId);
    }

    public @Nullable Session session(HostId hostId) {
        return sessions.get(hostId);
    }

    /** Null when not heard since the controller started. */
    public @Nullable Long lastContactMillis(HostId hostId) {
        return leases.lastContactMillis(hostId);
    }

    public Liveness liveness(HostId hostId, long nowMillis) {
        return leases.liveness(hostId, nowMillis);
    }

    /** Whether new pods may be placed there. */
    public boolean isOpenForPods(HostId hostId, long nowMillis) {
        Session session = sessions.get(hostId);
        return session != null && session.synced && liveness(hostId, nowMillis) == Liveness.READY;
    }

    /** Once a second; the only place where hosts become lost. */
    public Turned tick(long atMillis) {
        long extraMillis = stall.tick(atMillis);
        long nowMillis = stall.nowMillis();
        if (extraMillis > 0) {
            leases.extend(extraMillis);
            mass.forgive().forEach(hostId -> leases.endAgain(hostId, nowMillis + timings.lostMillis()));
        }
        leases.ended(nowMillis).forEach(mass::ended);
        List<HostId> lost = mass.declare(leases.size(), nowMillis);
        lost.forEach(leases::lost);
        return new Turned(leases.turned(nowMillis), lost);
    }

    /** What holds replacements back at the moment. */
    public enum Brake {
        STALL,
        MASS
    }

    public Set<Brake> brakes() {
        Set<Brake> brakes = EnumSet.noneOf(Brake.class);
        if (stall.holds()) {
            brakes.add(Brake.STALL);
        }
        if (mass.holds()) {
            brakes.add(Brake.MASS);
        }
        return brakes;
    }

    /** The same in one sentence each, for people. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(2);
        if (stall.holds()) {
            warnings.add(stall.sentence());
        }
        if (mass.holds()) {
            warnings.add(mass.sentence());
        }
        return warnings;
    }
}
