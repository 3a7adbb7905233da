package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.scheduling.Plan.Option;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the host for a request in one tier of its plan: fewest units left, then the image, then the price, then the
 * host's id. Looks at levels and sets of hosts, never from host to host.
 */
final class BestFit {
    private final FreeUnits index;

    BestFit(FreeUnits index) {
        this.index = index;
    }

    /** A host and the lane that gives the units. */
    record Found(IndexedHost host, Lane lane, long priceMicros) {
        Block block() {
            return blockOf(host, lane);
        }
    }

    /** All that stands against hosts, but for disk only where there is far too little of it. */
    Limits limits(Search search) {
        Limits limits = standingLimits(search);
        StorageNeeds needs = search.needs();
        OrdinalSet without = limits.without();
        if (isAwayFromHome(needs)) {
            without = allHosts();
        } else if (needs.diskGb() > 0 && index.freeDisk().binds(needs.diskGb())) {
            without = without == null ? new OrdinalSet() : without;
            OrdinalSet tooFull = new OrdinalSet();
            index.freeDisk().addBelow(needs.diskGb(), tooFull);
            for (HostId hostId : needs.thereGb().keySet()) {
                IndexedHost host = index.host(hostId);
                if (host != null && host.hasDiskFor(needs)) {
                    tooFull.remove(host.ordinal());
                }
            }
            without.addAll(tooFull);
        }
        if (search.ports() > 0) {
            without = without == null ? new OrdinalSet() : without;
            without.addAll(index.freePorts().fewerThan(search.ports()));
        }
        return without == limits.without() ? limits : new Limits(needs, limits.withImage(), without);
    }

    /** What stands against hosts whatever is free and whoever answers. */
    Limits standingLimits(Search search) {
        OrdinalSet without = null;
        if (!search.request().avoidHosts().isEmpty() || !search.blacklisted().isEmpty()) {
            without = avoided(search);
            without.addAll(blacklisted(search));
        }
        if (!search.needs().places().isEmpty() || !search.needs().tied().isEmpty()) {
            without = without == null ? new OrdinalSet() : without;
            without.addAll(withoutStorage(search.needs()));
        }
        if (search.ports() > 0) {
            without = without == null ? new OrdinalSet() : without;
            without.addAll(index.portRanges().fewerThan(search.ports()));
        }
        return new Limits(search.needs(), search.image().isEmpty() ? null : index.withImage(search.image()), without);
    }

    /** Hosts that lack a share, or are not the one that has what is being restored. */
    OrdinalSet withoutStorage(StorageNeeds needs) {
        OrdinalSet without = new OrdinalSet();
        for (VolumePlace place : needs.places()) {
            OrdinalSet others = allHosts();
            OrdinalSet having = index.withShare(place);
            if (having != null) {
                others.removeAll(having);
            }
            without.addAll(others);
        }
        for (HostId tied : needs.tied()) {
            OrdinalSet others = allHosts();
            IndexedHost only = index.host(tied);
            if (only != null) {
                others.remove(only.ordinal());
            }
            without.addAll(others);
        }
        return without;
    }

    private OrdinalSet allHosts() {
        OrdinalSet all = new OrdinalSet();
        index.hosts().forEach(host -> all.add(host.ordinal()));
        return all;
    }

    /** Whether a host that has the pod's volumes does not answer, so that nobody else can have them. */
    boolean isAwayFromHome(StorageNeeds needs) {
        for (HostId home : needs.homes()) {
            IndexedHost host = index.host(home);
            if (host == null || !host.isReady()) {
                return true;
            }
        }
        return false;
    }

    OrdinalSet avoided(Search search) {
        OrdinalSet hosts = new OrdinalSet();
        search.request().avoidHosts().forEach(name -> leaveOut(index.hostNamed(name), hosts));
        return hosts;
    }

    OrdinalSet blacklisted(Search search) {
        OrdinalSet hosts = new OrdinalSet();
        search.blacklisted().forEach(id -> leaveOut(index.host(id), hosts));
        return hosts;
    }

    private static void leaveOut(@Nullable IndexedHost host, OrdinalSet without) {
        if (host != null) {
            without.add(host.ordinal());
        }
    }

    /** {@code within} restricts the search to those hosts; null for all. */
    @Nullable
    Found find(List<Option> tier, int count, Limits limits, @Nullable OrdinalSet within) {
        for (int level = levelFrom(tier, count); level >= 0; level = levelFrom(tier, level + 1)) {
            Found found = atLevel(tier, level, limits, within);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    @Nullable
    Found atLevel(List<Option> tier, int level, Limits limits, @Nullable OrdinalSet within) {
        while (true) {
            Found found = atLevelByUnits(tier, level, limits, within);
            if (found == null || found.host().hasDiskFor(limits.needs())) {
                return found;
            }
            limits.leaveOut(found.host().ordinal());
        }
    }

    private @Nullable Found atLevelByUnits(List<Option> tier, int level, Limits limits, @Nullable OrdinalSet within) {
        Option best = null;
        int bestOrdinal = -1;
        boolean bestHasImage = false;
        for (Option option : tier) {
            OrdinalSet hosts = option.lane().at(level);
            if (hosts == null) {
                continue;
            }
            int ordinal = limits.withImage() == null ? -1 : withImage(hosts, option, limits, within);
            boolean hasImage = ordinal >= 0;
            if (!hasImage) {
                ordinal = hosts.first(option.hosts(), within, limits.without());
            }
            if (ordinal >= 0
                    && (best == null || isBetter(option, ordinal, hasImage, best, bestOrdinal, bestHasImage))) {
                best = option;
                bestOrdinal = ordinal;
                bestHasImage = hasImage;
            }
        }
        return best == null ? null : new Found(index.at(bestOrdinal), best.lane(), best.priceMicros());
    }

    private static int withImage(OrdinalSet hosts, Option option, Limits limits, @Nullable OrdinalSet within) {
        int ordinal = hosts.first(option.hosts(), limits.withImage(), limits.without());
        while (ordinal >= 0 && within != null && !within.contains(ordinal)) {
            ordinal = hosts.next(ordinal + 1, option.hosts(), limits.withImage(), limits.without());
        }
        return ordinal;
    }

    private static boolean isBetter(
            Option one, int ordinal, boolean hasImage, Option other, int otherOrdinal, boolean otherHasImage) {
        if (hasImage != otherHasImage) {
            return hasImage;
        }
        if (one.priceMicros() != other.priceMicros()) {
            return one.priceMicros() < other.priceMicros();
        }
        return ordinal < otherOrdinal;
    }

    /** The place on this one host; null when it cannot take the request now. */
    @Nullable
    Found on(IndexedHost host, Plan plan, int count, Limits limits) {
        if (!limits.allow(host)) {
            return null;
        }
        for (List<Option> tier : plan.tiers()) {
            Found best = null;
            for (Option option : tier) {
                Block block = option.takes(host.ordinal()) ? find(host, option.lane()) : null;
                if (block != null && block.availableUnits() >= count) {
                    Found found = new Found(host, option.lane(), option.priceMicros());
                    best = best == null || isTighter(found, best) ? found : best;
                }
            }
            if (best != null) {
                return best;
            }
        }
        return null;
    }

    private static boolean isTighter(Found one, Found other) {
        int units = Integer.compare(one.block().availableUnits(), other.block().availableUnits());
        return units != 0 ? units < 0 : one.priceMicros() < other.priceMicros();
    }

    /** The lowest level from this on that some lane of the tier has; -1 for none. */
    private static int levelFrom(List<Option> tier, int level) {
        int lowest = -1;
        for (Option option : tier) {
            int own = option.lane().levelFrom(level);
            lowest = own >= 0 && (lowest < 0 || own < lowest) ? own : lowest;
        }
        return lowest;
    }

    static @Nullable Block find(IndexedHost host, Lane lane) {
        for (Block block : host.blocks()) {
            if (block.index().lane() == lane) {
                return block;
            }
        }
        return null;
    }

    private static Block blockOf(IndexedHost host, Lane lane) {
        Block block = find(host, lane);
        if (block == null) {
            throw new IllegalStateException("Host " + host.id() + " has no units of " + lane.gpuModel());
        }
        return block;
    }
}
