package dev.berth.controller.scheduling;

import dev.berth.controller.scheduling.BestFit.Found;
import dev.berth.controller.scheduling.Plan.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds hosts for a whole gang: one host for all where there is one, else as few hosts as can be of one fabric. All
 * members get the same model, the first of the request's order for which there is room.
 */
final class GangFit {
    private final FreeUnits index;
    private final BestFit bestFit;

    GangFit(FreeUnits index, BestFit bestFit) {
        this.index = index;
        this.bestFit = bestFit;
    }

    /** So many members of the gang on one host. */
    record Part(Found found, int members) {}

    /** Hosts of one fabric that together have room: how many it takes, and for how many members there is room. */
    private record Site(Option option, String fabric, OrdinalSet hosts, int hostsNeeded, int room) {
        boolean isBetterThan(Site other) {
            if (hostsNeeded != other.hostsNeeded) {
                return hostsNeeded < other.hostsNeeded;
            }
            if (room != other.room) {
                return room < other.room;
            }
            return option.priceMicros() < other.option.priceMicros();
        }
    }

    /** Empty when there is no room for all. */
    List<Part> find(Plan plan, Search search, int members) {
        int count = search.request().gpuCount();
        Limits forAll = bestFit.limits(search.needing(search.needs().times(members)));
        for (List<Option> tier : plan.tiers()) {
            Found one = (long) count * members > Integer.MAX_VALUE
                    ? null
                    : bestFit.find(tier, count * members, forAll, null);
            if (one != null) {
                return List.of(new Part(one, members));
            }
            Limits limits = withDisk(search, tier, members);
            Site best = null;
            for (Map.Entry<String, OrdinalSet> fabric : index.fabrics().entrySet()) {
                for (Option option : tier) {
                    Site site = site(option, fabric.getKey(), fabric.getValue(), count, members, limits);
                    if (site != null && (best == null || site.isBetterThan(best))) {
                        best = site;
                    }
                }
            }
            if (best != null) {
                return parts(best, count, members, limits);
            }
        }
        return List.of();
    }

    /** Leaves out hosts that have not the disk for as many members as any host could have the units for. */
    private Limits withDisk(Search search, List<Option> tier, int members) {
        int most = 0;
        for (Option option : tier) {
            most = Math.max(
                    most,
                    option.lane().levelUpTo(Integer.MAX_VALUE)
                            / search.request().gpuCount());
        }
        StorageNeeds needs = search.needs().times(Math.clamp(most, 1, members));
        Limits limits = bestFit.limits(search.needing(needs));
        OrdinalSet near = index.freeDisk().near(needs.diskGb());
        if (near != null) {
            near.forEach(ordinal -> {
                if (!index.at(ordinal).hasDiskFor(needs)) {
                    limits.leaveOut(ordinal);
                }
            });
        }
        return limits;
    }

    private static @Nullable Site site(
            Option option, String fabric, OrdinalSet hosts, int count, int members, Limits limits) {
        int needed = 0;
        int room = 0;
        for (int level = option.lane().levelUpTo(Integer.MAX_VALUE);
                level >= count;
                level = option.lane().levelUpTo(level - 1)) {
            OrdinalSet atLevel = option.lane().at(level);
            int found = atLevel == null ? 0 : atLevel.count(option.hosts(), hosts, limits.without());
            int each = level / count;
            int missing = Math.max(0, members - room);
            needed += Math.min(found, (missing + each - 1) / each);
            room += found * each;
        }
        return room < members ? null : new Site(option, fabric, hosts, needed, room);
    }

    /** The emptiest hosts first, until one host has room for all that are left: the fullest of those takes them. */
    private List<Part> parts(Site site, int count, int members, Limits limits) {
        List<Option> tier = List.of(site.option);
        Limits others = limits.copy();
        List<Part> parts = new ArrayList<>();
        int missing = members;
        int level = site.option.lane().levelUpTo(Integer.MAX_VALUE);
        while (missing > 0) {
            Found found = bestFit.find(tier, count * missing, others, site.hosts);
            while (found == null) {
                found = bestFit.atLevel(tier, level, others, site.hosts);
                level = found == null ? site.option.lane().levelUpTo(level - 1) : level;
            }
            int here = Math.min(missing, found.block().availableUnits() / count);
            parts.add(new Part(found, here));
            others.leaveOut(found.host().ordinal());
            missing -= here;
        }
        return parts;
    }

    /** Hosts that could be part of such a gang if all units were free, whatever else stands against them. */
    OrdinalSet everPossible(Plan plan, int count, int members) {
        OrdinalSet possible = new OrdinalSet();
        for (List<Option> tier : plan.tiers()) {
            for (Option option : tier) {
                option.lane().shapes().forEach((shape, group) -> {
                    if (group.size() / count >= members) {
                        possible.addAll(shape.hosts());
                    }
                });
                index.fabrics().values().forEach(fabric -> {
                    if (room(option, fabric, count) >= members) {
                        possible.addAll(fabric);
                    }
                });
            }
        }
        return possible;
    }

    private static long room(Option option, OrdinalSet fabric, int count) {
        long room = 0;
        for (Map.Entry<ShapeIndex, UnitGroup> entry : option.lane().shapes().entrySet()) {
            room += (long) (entry.getValue().size() / count)
                    * entry.getKey().hosts().count(option.hosts(), fabric, null);
        }
        return room;
    }
}
