package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.scheduling.BestFit.Found;
import dev.berth.controller.scheduling.Plan.Option;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Where units are kept for a request that waits too long: what is closest to having room. The loop's thread alone. */
public final class Reserving {
    private final Scheduler scheduler;
    private final FreeUnits index;
    private final Plans plans;
    private final BestFit bestFit;

    Reserving(Scheduler scheduler, FreeUnits index, Plans plans, BestFit bestFit) {
        this.scheduler = scheduler;
        this.index = index;
        this.plans = plans;
        this.bestFit = bestFit;
    }

    /** Units of a host that are to be kept, of which so many have still to come free. */
    public record Spot(HostId hostId, String gpuModel, int missingUnits) {}

    /** The host with the fewest units still to come free, then by score; {@code taken} hosts keep units already. */
    public Optional<Spot> nearest(Search search, Collection<HostId> taken) {
        List<HostId> without = new ArrayList<>(search.blacklisted());
        without.addAll(taken);
        Limits limits = bestFit.limits(search.without(without));
        int count = search.request().gpuCount();
        for (int level = count - 1; level >= 0; level--) {
            for (List<Option> tier : plans.of(search.request()).tiers()) {
                List<Option> lanes = tier.stream()
                        .filter(option -> option.lane().turn() == 0)
                        .toList();
                Found found = bestFit.atLevel(lanes, level, limits, null);
                if (found != null && !isMixed(found.host(), found.lane().gpuModel())) {
                    return Optional.of(new Spot(found.host().id(), found.lane().gpuModel(), count - level));
                }
            }
        }
        return Optional.empty();
    }

    /** How many units have still to come free on a host that keeps units for this request alone. */
    public int missing(HostId hostId, String gpuModel, int count) {
        IndexedHost host = index.host(hostId);
        int free = 0;
        if (host != null) {
            for (Block block : host.blocks()) {
                free += block.group().gpuModel().equals(gpuModel) ? block.freeUnits() : 0;
            }
        }
        return Math.max(0, count - free);
    }

    /** Whether the host is open and passes every standing condition, whatever is free and whether it answers. */
    public boolean couldTake(HostId hostId, Search search) {
        IndexedHost host = index.host(hostId);
        if (host == null || !host.isOpen()) {
            return false;
        }
        Limits limits = bestFit.standingLimits(search);
        if (limits.leaveOut(host)) {
            return false;
        }
        for (List<Option> tier : plans.of(search.request()).tiers()) {
            for (Option option : tier) {
                if (option.takes(host.ordinal()) && BestFit.find(host, option.lane()) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Model to the free units of the host, those that are kept for somebody included; empty unless it takes pods. */
    public NavigableMap<String, Integer> free(HostId hostId) {
        NavigableMap<String, Integer> free = new TreeMap<>();
        IndexedHost host = index.host(hostId);
        if (host != null && host.isOpen() && host.isReady() && !host.isDiskFull()) {
            for (Block block : host.blocks()) {
                free.merge(block.group().gpuModel(), block.freeUnits(), Math::max);
            }
        }
        return free;
    }

    /**
     * The place of a pod on the host that keeps units for it. Others have a claim on what is kept for them, less what
     * is still being freed for them: so each gets what its own victims left.
     */
    public Optional<Place> place(ClusterView cluster, Reservation reservation, Search search) {
        int unclaimed = reservation.count();
        for (Reservation other : cluster.reservations(reservation.hostId())) {
            if (!other.podId().equals(reservation.podId()) && other.gpuModel().equals(reservation.gpuModel())) {
                unclaimed += Math.min(other.count(), leaving(cluster, other));
            }
        }
        return scheduler.placeOn(reservation.hostId(), search, unclaimed, List.of());
    }

    /** Units of the host that pods hold which are being stopped to make room. */
    static int leaving(ClusterView cluster, HostId hostId, String gpuModel) {
        int leaving = 0;
        for (Reservation reservation : cluster.reservations(hostId)) {
            leaving += reservation.gpuModel().equals(gpuModel) ? leaving(cluster, reservation) : 0;
        }
        return leaving;
    }

    private static int leaving(ClusterView cluster, Reservation reservation) {
        int leaving = 0;
        for (PodId podId : reservation.preempted()) {
            Pod pod = cluster.pod(podId);
            Grant grant =
                    pod == null || !reservation.hostId().equals(pod.placement().hostId())
                            ? null
                            : pod.placement().grant();
            leaving += grant == null ? 0 : grant.unitIds().size();
        }
        return leaving;
    }

    /** Units of one model in several shares: what comes free there need not add up, so none are kept. */
    static boolean isMixed(IndexedHost host, String gpuModel) {
        int groups = 0;
        for (Block block : host.blocks()) {
            groups += block.group().gpuModel().equals(gpuModel) ? 1 : 0;
        }
        return groups > 1;
    }
}
