package dev.berth.controller.host;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Timings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Soft state: what the silence of each host means by now. Hosts are kept in the order of their next deadline, so that a
 * tick costs as much as hosts change state. Time never runs backwards here: an earlier time is taken for the latest one.
 * Part of {@link HostLiveness}, same thread.
 */
final class Leases {
    private final Timings timings;
    private final long startMillis;
    private final Map<HostId, Clock> clocks = new HashMap<>();
    /** SUSPECT and UNREACHABLE to come. */
    private final NavigableSet<Due> silences = new TreeSet<>();
    /** Ends of leases to come, less the extra that was granted before, so that an extra moves them all at once. */
    private final NavigableSet<Due> ends = new TreeSet<>();

    private final NavigableSet<HostId> turned = new TreeSet<>();
    private long extraMillis;

    private record Due(long atMillis, HostId hostId) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : hostId.compareTo(other.hostId);
        }
    }

    private static final class Clock {
        private long contactMillis;
        private boolean heard;
        private Liveness liveness = Liveness.READY;
        private @Nullable Due silence;
        private @Nullable Due end;
    }

    Leases(Timings timings, long startMillis) {
        this.timings = timings;
        this.startMillis = startMillis;
    }

    /** A host that was not heard since the start counts from there. */
    void know(HostId hostId) {
        if (!clocks.containsKey(hostId)) {
            Clock clock = new Clock();
            clocks.put(hostId, clock);
            restart(hostId, clock, startMillis);
        }
    }

    /** A host that was heard then, before this start. */
    void recall(HostId hostId, long contactMillis) {
        Clock clock = new Clock();
        clock.heard = true;
        clocks.put(hostId, clock);
        restart(hostId, clock, contactMillis);
    }

    void heard(HostId hostId, long atMillis) {
        know(hostId);
        Clock clock = clocks.get(hostId);
        if (clock == null || (clock.heard && atMillis <= clock.contactMillis)) {
            return;
        }
        clock.heard = true;
        restart(hostId, clock, Math.max(atMillis, clock.contactMillis));
    }

    private void restart(HostId hostId, Clock clock, long atMillis) {
        forgetDues(clock);
        clock.contactMillis = atMillis;
        if (clock.liveness != Liveness.READY) {
            clock.liveness = Liveness.READY;
            turned.add(hostId);
        }
        clock.silence = new Due(atMillis + timings.suspectMillis(), hostId);
        silences.add(clock.silence);
        // After a start of the controller agents need time to find it: until then none is lost.
        long endMillis = Math.max(atMillis + timings.lostMillis(), startMillis + timings.failoverGraceMillis());
        clock.end = new Due(endMillis - extraMillis, hostId);
        ends.add(clock.end);
    }

    private void forgetDues(Clock clock) {
        if (clock.silence != null) {
            silences.remove(clock.silence);
            clock.silence = null;
        }
        if (clock.end != null) {
            ends.remove(clock.end);
            clock.end = null;
        }
    }

    /** The controller itself was away: nobody's silence in that time counts, so every lease gets this on top. */
    void extend(long millis) {
        extraMillis += millis;
    }

    /** A lease that had ended without anything coming of it ends anew. */
    void endAgain(HostId hostId, long atMillis) {
        Clock clock = clocks.get(hostId);
        if (clock != null && clock.end == null) {
            clock.end = new Due(atMillis - extraMillis, hostId);
            ends.add(clock.end);
        }
    }

    /** Hosts whose lease has ended since the last call, by the order of their ends. Their liveness stays as it is. */
    List<HostId> ended(long nowMillis) {
        List<HostId> ended = new ArrayList<>();
        while (!ends.isEmpty() && ends.first().atMillis <= nowMillis - extraMillis) {
            HostId hostId = ends.removeFirst().hostId;
            Clock clock = clocks.get(hostId);
            if (clock != null) {
                clock.end = null;
            }
            ended.add(hostId);
        }
        return ended;
    }

    void lost(HostId hostId) {
        Clock clock = clocks.get(hostId);
        if (clock != null && clock.liveness != Liveness.LOST) {
            forgetDues(clock);
            clock.liveness = Liveness.LOST;
            turned.add(hostId);
        }
    }

    /** Hosts whose liveness is another than at the last call, by id. */
    List<HostId> turned(long nowMillis) {
        while (!silences.isEmpty() && silences.first().atMillis <= nowMillis) {
            HostId hostId = silences.removeFirst().hostId;
            Clock clock = clocks.get(hostId);
            if (clock != null) {
                clock.liveness = silence(clock, nowMillis);
                clock.silence = null;
                if (clock.liveness == Liveness.SUSPECT) {
                    clock.silence = new Due(clock.contactMillis + timings.unreachableMillis(), hostId);
                    silences.add(clock.silence);
                }
                turned.add(hostId);
            }
        }
        List<HostId> all = List.copyOf(turned);
        turned.clear();
        return all;
    }

    /** LOST is only what was declared so: as long as a brake holds, a silent host is UNREACHABLE. */
    Liveness liveness(HostId hostId, long nowMillis) {
        Clock clock = clocks.get(hostId);
        if (clock == null) {
            return Liveness.UNREACHABLE;
        }
        return clock.liveness == Liveness.LOST ? Liveness.LOST : silence(clock, nowMillis);
    }

    private Liveness silence(Clock clock, long nowMillis) {
        long silentMillis = nowMillis - clock.contactMillis;
        if (silentMillis >= timings.unreachableMillis()) {
            return Liveness.UNREACHABLE;
        }
        return silentMillis >= timings.suspectMillis() ? Liveness.SUSPECT : Liveness.READY;
    }

    @Nullable
    Long lastContactMillis(HostId hostId) {
        Clock clock = clocks.get(hostId);
        return clock == null || !clock.heard ? null : clock.contactMillis;
    }

    int size() {
        return clocks.size();
    }
}
