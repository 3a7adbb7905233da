package dev.berth.controller.host;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Soft state: when each host was last heard, and its session. Lost at a restart; every host then counts from the start
 * of the controller. Belongs to the loop's thread.
 */
public final class HostLiveness {
    private final NavigableMap<HostId, Session> sessions = new TreeMap<>();
    private final NavigableMap<HostId, Long> lastContactMillis = new TreeMap<>();
    private final NavigableMap<HostId, Liveness> reported = new TreeMap<>();
    private final Timings timings;
    private final long startMillis;

    public HostLiveness(Timings timings, long startMillis) {
        this.timings = timings;
        this.startMillis = startMillis;
    }

    /**
     * An open session. {@code synced} once its first full report was taken in; only then does the host get its set and
     * new pods. {@code sentRevision} is that of the last set or delta sent in it.
     */
    public record Session(long epoch, long sinceMillis, boolean synced, long sentRevision) {}

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
        lastContactMillis.merge(hostId, atMillis, Math::max);
    }

    public @Nullable Session session(HostId hostId) {
        return sessions.get(hostId);
    }

    /** Null when not heard since the controller started. */
    public @Nullable Long lastContactMillis(HostId hostId) {
        return lastContactMillis.get(hostId);
    }

    public Liveness liveness(HostId hostId, long nowMillis) {
        long silentMillis = nowMillis - lastContactMillis.getOrDefault(hostId, startMillis);
        if (silentMillis >= timings.lostMillis()) {
            return Liveness.LOST;
        }
        if (silentMillis >= timings.unreachableMillis()) {
            return Liveness.UNREACHABLE;
        }
        return silentMillis >= timings.suspectMillis() ? Liveness.SUSPECT : Liveness.READY;
    }

    /** Whether new pods may be placed there. */
    public boolean isOpenForPods(HostId hostId, long nowMillis) {
        Session session = sessions.get(hostId);
        return session != null && session.synced && liveness(hostId, nowMillis) == Liveness.READY;
    }

    /** Hosts whose liveness differs from what the last call said. */
    public List<HostId> turned(long nowMillis) {
        List<HostId> turned = new ArrayList<>();
        for (HostId hostId : lastContactMillis.keySet()) {
            Liveness now = liveness(hostId, nowMillis);
            if (reported.put(hostId, now) != now) {
                turned.add(hostId);
            }
        }
        return turned;
    }
}
