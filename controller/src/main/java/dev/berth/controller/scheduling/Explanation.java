package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.scheduling.Plan.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says why there is no place: over the fleet from its shapes, and host by host. Changes nothing. */
final class Explanation {
    private final FreeUnits index;
    private final Plans plans;
    private final BestFit bestFit;
    private final GangFit gangFit;

    Explanation(FreeUnits index, Plans plans, BestFit bestFit, GangFit gangFit) {
        this.index = index;
        this.plans = plans;
        this.bestFit = bestFit;
        this.gangFit = gangFit;
    }

    Unplaceable overFleet(Search search, int members) {
        ResourceRequest request = search.request();
        NavigableMap<Rule, Integer> hostsByRule = new TreeMap<>();
        OrdinalSet left = new OrdinalSet();
        for (ShapeIndex shape : index.shapes()) {
            Rule rule = Filter.veto(request, shape.shape());
            if (rule == null) {
                left.addAll(shape.hosts());
            } else {
                count(hostsByRule, rule, shape.hosts().size());
            }
        }
        count(hostsByRule, Rule.AVOIDED, left.removeAll(bestFit.avoided(search)));
        count(hostsByRule, Rule.SHARE, left.removeAll(bestFit.withoutStorage(search.needs())));
        count(hostsByRule, Rule.DISK_SIZE, left.removeAll(tooSmall(search.needs(), left)));
        if (search.ports() > 0) {
            count(
                    hostsByRule,
                    Rule.PORT_RANGE,
                    left.removeAll(index.portRanges().fewerThan(search.ports())));
        }
        if (members > 1) {
            OrdinalSet tooSmall = new OrdinalSet();
            tooSmall.addAll(left);
            tooSmall.removeAll(gangFit.everPossible(plans.of(request), request.gpuCount(), members));
            count(hostsByRule, Rule.GANG, left.removeAll(tooSmall));
        }
        boolean everPossible = !left.isEmpty();
        count(hostsByRule, Rule.BLACKLISTED, left.removeAll(bestFit.blacklisted(search)));
        count(hostsByRule, Rule.NOT_OPEN, left.removeAll(index.notOpen()));
        count(hostsByRule, Rule.NOT_READY, left.removeAll(index.notReady()));
        count(hostsByRule, Rule.DISK_FULL, left.removeAll(index.diskFull()));
        if (bestFit.isAwayFromHome(search.needs())) {
            count(hostsByRule, Rule.VOLUMES, left.removeAll(left));
        }
        count(hostsByRule, Rule.DISK, left.removeAll(tooFull(search.needs(), left)));
        if (search.ports() > 0) {
            count(hostsByRule, Rule.PORTS, left.removeAll(index.freePorts().fewerThan(search.ports())));
        }
        count(hostsByRule, Rule.BUSY, left.size());
        return new Unplaceable(everPossible, hostsByRule);
    }

    private OrdinalSet tooSmall(StorageNeeds needs, OrdinalSet hosts) {
        OrdinalSet tooSmall = new OrdinalSet();
        if (needs.diskGb() > 0 && index.smallestDiskGb() < needs.diskGb()) {
            hosts.forEach(ordinal -> {
                if (isTooSmall(index.at(ordinal), needs)) {
                    tooSmall.add(ordinal);
                }
            });
        }
        return tooSmall;
    }

    private static boolean isTooSmall(IndexedHost host, StorageNeeds needs) {
        return host.host().inventory().allocatableDiskGb() < needs.diskGb() && needs.moreGb(host.id()) > 0;
    }

    private OrdinalSet tooFull(StorageNeeds needs, OrdinalSet hosts) {
        OrdinalSet tooFull = new OrdinalSet();
        if (needs.diskGb() > 0 && index.freeDisk().binds(needs.diskGb())) {
            hosts.forEach(ordinal -> {
                if (!index.at(ordinal).hasDiskFor(needs)) {
                    tooFull.add(ordinal);
                }
            });
        }
        return tooFull;
    }

    private static void count(NavigableMap<Rule, Integer> hostsByRule, Rule rule, int hosts) {
        if (hosts > 0) {
            hostsByRule.merge(rule, hosts, Integer::sum);
        }
    }

    /** By host id; looks at every host. */
    List<HostVerdict> hostByHost(Search search) {
        Plan plan = plans.of(search.request());
        OrdinalSet avoided = bestFit.avoided(search);
        OrdinalSet blacklisted = bestFit.blacklisted(search);
        List<HostVerdict> verdicts = new ArrayList<>();
        for (IndexedHost host : index.hosts()) {
            Block block = best(host, plan, search.request());
            Rule rule = verdict(host, search, plan, avoided, blacklisted);
            String message = rule == null ? "" : Reasons.tell(rule, search, host, block, away(search.needs()));
            int freeUnits = block == null ? 0 : block.freeUnits();
            verdicts.add(new HostVerdict(host.id(), host.host().name(), rule, message, freeUnits));
        }
        return verdicts;
    }

    private @Nullable Rule verdict(
            IndexedHost host, Search search, Plan plan, OrdinalSet avoided, OrdinalSet blacklisted) {
        ResourceRequest request = search.request();
        Rule standing = Filter.veto(request, host.shape().shape());
        if (standing != null) {
            return standing;
        }
        if (avoided.contains(host.ordinal())) {
            return Rule.AVOIDED;
        }
        if (bestFit.withoutStorage(search.needs()).contains(host.ordinal())) {
            return Rule.SHARE;
        }
        if (isTooSmall(host, search.needs())) {
            return Rule.DISK_SIZE;
        }
        if (host.portRange() < search.ports()) {
            return Rule.PORT_RANGE;
        }
        if (blacklisted.contains(host.ordinal())) {
            return Rule.BLACKLISTED;
        }
        if (!host.isOpen()) {
            return Rule.NOT_OPEN;
        }
        if (!host.isReady()) {
            return Rule.NOT_READY;
        }
        if (host.isDiskFull()) {
            return Rule.DISK_FULL;
        }
        if (bestFit.isAwayFromHome(search.needs())) {
            return Rule.VOLUMES;
        }
        if (!host.hasDiskFor(search.needs())) {
            return Rule.DISK;
        }
        if (host.freePorts() < search.ports()) {
            return Rule.PORTS;
        }
        for (List<Option> tier : plan.tiers()) {
            for (Option option : tier) {
                Block block = option.takes(host.ordinal()) ? BestFit.find(host, option.lane()) : null;
                if (block != null && block.availableUnits() >= request.gpuCount()) {
                    return null;
                }
            }
        }
        return Rule.BUSY;
    }

    private List<String> away(StorageNeeds needs) {
        List<String> away = new ArrayList<>();
        for (HostId home : needs.homes()) {
            IndexedHost host = index.host(home);
            if (host == null || !host.isReady()) {
                away.add(host == null ? home.value() : host.host().name());
            }
        }
        return away;
    }

    /** The block of the first model in the request's order that passes, else the one that came furthest. */
    private static @Nullable Block best(IndexedHost host, Plan plan, ResourceRequest request) {
        for (List<Option> tier : plan.tiers()) {
            for (Option option : tier) {
                Block block = option.takes(host.ordinal()) ? BestFit.find(host, option.lane()) : null;
                if (block != null) {
                    return block;
                }
            }
        }
        Block furthest = null;
        Rule furthestRule = Rule.GPU_MODEL;
        for (Block block : host.blocks()) {
            Rule rule = Filter.veto(request, host.shape().shape(), block.group());
            if (rule != null && rule.compareTo(furthestRule) > 0) {
                furthest = block;
                furthestRule = rule;
            }
        }
        return furthest;
    }
}
