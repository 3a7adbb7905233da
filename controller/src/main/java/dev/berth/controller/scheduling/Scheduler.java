package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.scheduling.BestFit.Found;
import dev.berth.controller.scheduling.Plan.Option;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds places: the request's order of models, then fewest free units left (keep whole hosts whole), then the image,
 * then the price, then the host's id (and on one host the name of the model); inside the host the best connected GPUs. Deterministic, at a cost that does not
 * grow with the fleet. Changes nothing but its index, which the engine keeps up to date; the loop's thread alone.
 */
public final class Scheduler {
    private final FreeUnits index = new FreeUnits();
    private final Plans plans = new Plans(index);
    private final BestFit bestFit = new BestFit(index);
    private final GangFit gangFit = new GangFit(index, bestFit);
    private final Explanation explanation = new Explanation(index, plans, bestFit, gangFit);
    private final Preemption preemption = new Preemption(index, plans, bestFit);
    private final Reserving reserving = new Reserving(this, index, plans, bestFit);

    /** Who gives way to a request; wants to be told of pods as this of hosts. */
    public Preemption preemption() {
        return preemption;
    }

    /** Where units are kept for a request that waits. */
    public Reserving reserving() {
        return reserving;
    }

    /** Takes in all of a host: facts, standing, claims, reservations. {@code ready}: it answers and has its full set. */
    public void update(ClusterView cluster, Host host, boolean ready) {
        IndexedHost indexed = index.take(host, ready);
        for (Block block : indexed.blocks()) {
            for (int unit = 0; unit < block.group().size(); unit++) {
                String unitId = indexed.unitId(block.group(), unit);
                block.setFree(
                        unit,
                        cluster.holder(host.id(), unitId) == null && cluster.heldElsewhere(host.id(), unitId) == null);
            }
            block.keep(0);
        }
        disk(cluster, indexed);
        for (Reservation reservation : cluster.reservations(host.id())) {
            for (Block block : indexed.blocks()) {
                if (block.group().gpuModel().equals(reservation.gpuModel())) {
                    block.keep(block.keptUnits() + reservation.count());
                    break;
                }
            }
        }
        HostReach reach = host.inventory().reach();
        int range = reach.firstPort() == 0 ? 0 : reach.lastPort() - reach.firstPort() + 1;
        int taken = range == 0
                ? 0
                : cluster.takenPorts(host.id())
                        .subSet(reach.firstPort(), true, reach.lastPort(), true)
                        .size();
        index.portsOf(indexed, range, range - taken);
        indexed.reindex();
    }

    private void disk(ClusterView cluster, IndexedHost host) {
        long givenGb = cluster.claimedDiskGb(host.id()) - host.unusedTrashGb();
        index.freeDisk(host, host.host().inventory().allocatableDiskGb() - givenGb);
    }

    /** Takes in what became of the host's disk alone; {@link #update} would find the same. */
    public void disk(ClusterView cluster, HostId hostId) {
        IndexedHost host = index.host(hostId);
        if (host != null) {
            disk(cluster, host);
        }
    }

    /** Soft: what the host's trash takes less than was given for it; returns whether that is more than before. */
    public boolean unusedTrash(ClusterView cluster, HostId hostId, long gb) {
        IndexedHost host = index.host(hostId);
        if (host == null || host.unusedTrashGb() == gb) {
            return false;
        }
        boolean more = gb > host.unusedTrashGb();
        host.hasUnusedTrash(gb);
        disk(cluster, host);
        return more;
    }

    /** Takes in a claim alone; {@link #update} would find the same. */
    public void claim(HostId hostId, List<String> unitIds) {
        mark(hostId, unitIds, false);
    }

    /** Takes in a release alone. */
    public void release(HostId hostId, List<String> unitIds) {
        mark(hostId, unitIds, true);
    }

    private void mark(HostId hostId, List<String> unitIds, boolean free) {
        IndexedHost host = index.host(hostId);
        int marked = host == null ? 0 : host.mark(unitIds, free);
        if (marked < unitIds.size()) {
            throw new IllegalStateException("Unit " + unitIds.get(marked) + " of host " + hostId + " is not "
                    + (free ? "held" : "free") + " in the scheduler's index, so it cannot be "
                    + (free ? "released" : "claimed"));
        }
    }

    /** Soft: the images that a host has, as its agent reported them. */
    public void imagesOf(HostId hostId, Set<String> images) {
        index.imagesOf(hostId, images);
    }

    /** As last reported. */
    public Set<String> imagesOf(HostId hostId) {
        IndexedHost host = index.host(hostId);
        return host == null ? Set.of() : host.images();
    }

    /** Soft: whether the host's agent takes no new work for lack of disk; returns whether that is another word than before. */
    public boolean diskFull(HostId hostId, boolean full) {
        IndexedHost host = index.host(hostId);
        return host != null && index.diskFull(host, full);
    }

    /** As last reported. */
    public boolean isDiskFull(HostId hostId) {
        IndexedHost host = index.host(hostId);
        return host != null && host.isDiskFull();
    }

    public Optional<Place> place(Search search) {
        int count = search.request().gpuCount();
        Plan plan = plans.of(search.request());
        Limits limits = bestFit.limits(search);
        IndexedHost preferred = search.preferred() == null ? null : index.host(search.preferred());
        Found found = preferred == null ? null : bestFit.on(preferred, plan, count, limits);
        for (List<Option> tier : plan.tiers()) {
            if (found == null) {
                found = bestFit.find(tier, count, limits, null);
            }
        }
        return found == null
                ? Optional.empty()
                : Optional.of(place(found, found.block().free(), count));
    }

    /**
     * The place on this host if what is kept there for the pod itself and the units of {@code alsoFree} counted as free:
     * for a pod with a reservation, and to ask what preemption would give.
     */
    public Optional<Place> placeOn(HostId hostId, Search search, int keptForIt, Collection<String> alsoFree) {
        IndexedHost host = index.host(hostId);
        int count = search.request().gpuCount();
        Limits limits = bestFit.limits(search);
        if (host == null || !limits.allow(host)) {
            return Optional.empty();
        }
        for (List<Option> tier : plans.of(search.request()).tiers()) {
            for (Option option : tier) {
                Block block = option.takes(host.ordinal()) ? BestFit.find(host, option.lane()) : null;
                if (block != null) {
                    long[] free = freeWith(host, block, alsoFree);
                    if (bits(free) - Math.max(0, block.keptUnits() - keptForIt) >= count) {
                        return Optional.of(place(new Found(host, option.lane(), option.priceMicros()), free, count));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static long[] freeWith(IndexedHost host, Block block, Collection<String> alsoFree) {
        long[] free = block.free();
        for (int unit = 0; unit < block.group().size() && !alsoFree.isEmpty(); unit++) {
            if (!block.isFree(unit) && alsoFree.contains(host.unitId(block.group(), unit))) {
                free[unit >>> 6] |= 1L << unit;
            }
        }
        return free;
    }

    /** Places for all members of a gang, in order of rank, or none: on one host, else on hosts of one fabric. */
    public List<Place> placeGang(Search search, int members) {
        int count = search.request().gpuCount();
        List<Place> places = new ArrayList<>();
        for (GangFit.Part part : gangFit.find(plans.of(search.request()), search, members)) {
            Found found = part.found();
            Block block = found.block();
            long[] left = block.index().choice().choose(block.free(), count * part.members());
            for (int member = 0; member < part.members(); member++) {
                long[] own = block.index().choice().choose(left, count);
                places.add(place(found, own, count));
                for (int word = 0; word < own.length; word++) {
                    left[word] &= ~own[word];
                }
            }
        }
        return places;
    }

    private static Place place(Found found, long[] free, int count) {
        UnitGroup group = found.block().group();
        long[] chosen = found.block().index().choice().choose(free, count);
        List<String> unitIds = new ArrayList<>(count);
        for (int word = 0; word < chosen.length; word++) {
            for (long rest = chosen[word]; rest != 0; rest &= rest - 1) {
                unitIds.add(found.host().unitId(group, (word << 6) | Long.numberOfTrailingZeros(rest)));
            }
        }
        Grant grant = new Grant(
                List.copyOf(unitIds), group.gpuModel(), count * group.cpuHundredths(), count * group.memoryMib());
        return new Place(found.host().host(), grant, found.priceMicros());
    }

    private static int bits(long[] set) {
        int bits = 0;
        for (long word : set) {
            bits += Long.bitCount(word);
        }
        return bits;
    }

    /** Why there is no place, over all hosts that have joined; for a request that found none. */
    public Unplaceable explain(Search search) {
        return explanation.overFleet(search, 1);
    }

    /** The same for a gang. */
    public Unplaceable explainGang(Search search, int members) {
        return explanation.overFleet(search, members);
    }

    /** Host by host, by id. Looks at every host: for people who ask, not for decisions. */
    public List<HostVerdict> verdicts(Search search) {
        return explanation.hostByHost(search);
    }

    /** By region, then model. */
    public List<Stock> stock() {
        return index.stock();
    }
}
