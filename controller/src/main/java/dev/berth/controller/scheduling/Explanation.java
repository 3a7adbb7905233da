package dev.berth.controller.scheduling;

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
        count(hostsByRule, Rule.BUSY, left.size());
        return new Unplaceable(everPossible, hostsByRule);
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
            Rule rule = verdict(host, search.request(), plan, avoided, blacklisted);
            String message = rule == null ? "" : Reasons.tell(rule, search.request(), host, block);
            int freeUnits = block == null ? 0 : block.freeUnits();
            verdicts.add(new HostVerdict(host.id(), host.host().name(), rule, message, freeUnits));
        }
        return verdicts;
    }

    private static @Nullable Rule verdict(
            IndexedHost host, ResourceRequest request, Plan plan, OrdinalSet avoided, OrdinalSet blacklisted) {
        Rule standing = Filter.veto(request, host.shape().shape());
        if (standing != null) {
            return standing;
        }
        if (avoided.contains(host.ordinal())) {
            return Rule.AVOIDED;
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
