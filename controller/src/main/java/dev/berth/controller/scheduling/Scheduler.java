package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds a place for a request: the request's order of models, then fewest free units left (keep whole hosts whole),
 * then price, then host id. Deterministic; looks only at hosts with enough free units. Changes nothing but its index.
 */
public final class Scheduler {
    private static final Comparator<Place> BEST = Comparator.comparingLong(Place::gpuHourMicros)
            .thenComparing(place -> place.host().id());

    private final FreeUnits freeUnits = new FreeUnits();

    /** Takes in what changed on a host; {@code open} says whether it may get new pods. */
    public void update(ClusterView cluster, Host host, boolean open) {
        NavigableMap<String, List<String>> free = new TreeMap<>();
        if (open) {
            for (UnitFacts unit : host.inventory().units()) {
                if (cluster.holder(host.id(), unit.id()) == null) {
                    free.computeIfAbsent(unit.gpuModel(), m -> new ArrayList<>())
                            .add(unit.id());
                }
            }
        }
        freeUnits.update(host.id(), free);
    }

    /** {@code preferred} is taken whenever it can take the request; null for none. */
    public Optional<Place> place(ClusterView cluster, ResourceRequest request, @Nullable HostId preferred) {
        boolean anyModel = request.gpuModels().isEmpty();
        Collection<String> models = anyModel ? freeUnits.models() : request.gpuModels();
        Host host = preferred == null ? null : cluster.host(preferred);
        if (host != null) {
            for (String model : models) {
                if (freeUnits.units(host.id(), model).size() >= request.gpuCount()
                        && Filter.veto(request, host, model) == null) {
                    return Optional.of(placeOn(host, model, request.gpuCount()));
                }
            }
        }
        if (anyModel) {
            return placeAnyModel(cluster, request, models);
        }
        for (String model : models) {
            for (NavigableSet<HostId> hosts :
                    freeUnits.withAtLeast(model, request.gpuCount()).values()) {
                Place best = bestOf(cluster, request, model, hosts);
                if (best != null) {
                    return Optional.of(best);
                }
            }
        }
        return Optional.empty();
    }

    /** With no order of models, the fullest host of any model wins, so the models are looked at level by level. */
    private Optional<Place> placeAnyModel(ClusterView cluster, ResourceRequest request, Collection<String> models) {
        NavigableSet<Integer> levels = new TreeSet<>();
        for (String model : models) {
            levels.addAll(freeUnits.withAtLeast(model, request.gpuCount()).keySet());
        }
        for (int level : levels) {
            Place best = null;
            for (String model : models) {
                NavigableSet<HostId> hosts = freeUnits.withAtLeast(model, level).getOrDefault(level, new TreeSet<>());
                Place place = bestOf(cluster, request, model, hosts);
                if (place != null && (best == null || BEST.compare(place, best) < 0)) {
                    best = place;
                }
            }
            if (best != null) {
                return Optional.of(best);
            }
        }
        return Optional.empty();
    }

    private @Nullable Place bestOf(
            ClusterView cluster, ResourceRequest request, String model, NavigableSet<HostId> hosts) {
        for (HostId hostId : hosts) {
            Host host = cluster.host(hostId);
            if (host != null && Filter.veto(request, host, model) == null) {
                return placeOn(host, model, request.gpuCount());
            }
        }
        return null;
    }

    private Place placeOn(Host host, String model, int count) {
        UnitShare share = host.inventory().share();
        List<String> units = List.copyOf(freeUnits.units(host.id(), model).subList(0, count));
        Grant grant = new Grant(units, model, count * share.cpuHundredths(), count * share.memoryMib());
        return new Place(host, grant, Filter.priceMicros(model));
    }

    /** Why nothing fits: asks every host, so only for requests that found no place. */
    public Unplaceable explain(ClusterView cluster, ResourceRequest request) {
        NavigableMap<Rule, Integer> hostsByRule = new TreeMap<>();
        boolean everPossible = false;
        for (Host host : cluster.hosts()) {
            Rule rule = firstVeto(request, host);
            if (rule == null) {
                everPossible = true;
                rule = Rule.BUSY;
            }
            hostsByRule.merge(rule, 1, Integer::sum);
        }
        return new Unplaceable(everPossible, hostsByRule);
    }

    /** The rule of the model that came furthest, since that is the one worth telling. */
    private static @Nullable Rule firstVeto(ResourceRequest request, Host host) {
        Map<String, Boolean> models = new TreeMap<>();
        host.inventory().units().forEach(unit -> models.put(unit.gpuModel(), true));
        Rule furthest = Rule.GPU_COUNT;
        boolean first = true;
        for (String model : models.keySet()) {
            Rule rule = Filter.veto(request, host, model);
            if (rule == null) {
                return null;
            }
            if (first || rule.compareTo(furthest) > 0) {
                furthest = rule;
                first = false;
            }
        }
        return furthest;
    }
}
