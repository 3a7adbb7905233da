package dev.berth.controller.scheduling;

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

    /** Hosts that a search leaves out, and those that have its image; null for none. */
    record Limits(@Nullable OrdinalSet without, @Nullable OrdinalSet withImage) {}

    Limits limits(Search search) {
        OrdinalSet without = null;
        if (!search.request().avoidHosts().isEmpty() || !search.blacklisted().isEmpty()) {
            without = avoided(search);
            without.addAll(blacklisted(search));
        }
        return new Limits(without, search.image().isEmpty() ? null : index.withImage(search.image()));
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
        Option best = null;
        int bestOrdinal = -1;
        boolean bestHasImage = false;
        for (Option option : tier) {
            OrdinalSet hosts = option.lane().at(level);
            if (hosts == null) {
                continue;
            }
            int ordinal = limits.withImage == null ? -1 : withImage(hosts, option, limits, within);
            boolean hasImage = ordinal >= 0;
            if (!hasImage) {
                ordinal = hosts.first(option.hosts(), within, limits.without);
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
        int ordinal = hosts.first(option.hosts(), limits.withImage, limits.without);
        while (ordinal >= 0 && within != null && !within.contains(ordinal)) {
            ordinal = hosts.next(ordinal + 1, option.hosts(), limits.withImage, limits.without);
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
        if (!isOpen(host, limits)) {
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

    static boolean isOpen(IndexedHost host, Limits limits) {
        boolean leftOut = limits.without != null && limits.without.contains(host.ordinal());
        return !leftOut && host.isReady() && host.isOpen();
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
