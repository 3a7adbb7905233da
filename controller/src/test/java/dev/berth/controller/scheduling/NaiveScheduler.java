package dev.berth.controller.scheduling;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuModel;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Placement by product.md section 3 with no index at all: every model of every host is looked at, every time. A second
 * implementation to compare with; it shares no code with the first.
 */
final class NaiveScheduler {
    private final TestFleet fleet;

    NaiveScheduler(TestFleet fleet) {
        this.fleet = fleet;
    }

    /** A host with units of one model that could take the request now, and what decides among several. */
    record Candidate(HostId hostId, String model, int order, int free, boolean noImage, long price) {
        static final Comparator<Candidate> BEST = Comparator.comparingInt(Candidate::order)
                .thenComparingInt(Candidate::free)
                .thenComparing(Candidate::noImage)
                .thenComparingLong(Candidate::price)
                .thenComparing(Candidate::hostId)
                .thenComparing(Candidate::model);
    }

    Optional<Candidate> place(Search search) {
        if (search.preferred() != null) {
            Host host = fleet.cluster.host(search.preferred());
            Optional<Candidate> there =
                    host == null ? Optional.empty() : candidates(host, search).min(Candidate.BEST);
            if (there.isPresent()) {
                return there;
            }
        }
        return fleet.cluster.hosts().stream()
                .flatMap(host -> candidates(host, search))
                .min(Candidate.BEST);
    }

    Stream<Candidate> candidates(Host host, Search search) {
        if (rule(host, search) != null) {
            return Stream.empty();
        }
        ResourceRequest request = search.request();
        Set<String> images = fleet.images.getOrDefault(host.id(), Set.of());
        return models(host).stream()
                .filter(model -> standing(host, model, request) == null)
                .filter(model -> available(host, model) >= request.gpuCount())
                .map(model -> new Candidate(
                        host.id(),
                        model,
                        request.gpuModels().indexOf(model),
                        available(host, model),
                        !images.contains(search.image()),
                        price(model, request)));
    }

    NavigableMap<Rule, Integer> explain(Search search) {
        NavigableMap<Rule, Integer> hostsByRule = new TreeMap<>();
        for (Host host : fleet.cluster.hosts()) {
            hostsByRule.merge(Objects.requireNonNullElse(rule(host, search), Rule.BUSY), 1, Integer::sum);
        }
        return hostsByRule;
    }

    /** Null when the host could take the request now. */
    @Nullable
    Rule rule(Host host, Search search) {
        Rule furthest = Rule.GPU_MODEL;
        List<String> passing = new ArrayList<>();
        for (String model : models(host)) {
            Rule rule = standing(host, model, search.request());
            if (rule == null) {
                passing.add(model);
            } else if (rule.compareTo(furthest) > 0) {
                furthest = rule;
            }
        }
        if (passing.isEmpty()) {
            return furthest;
        }
        List<String> avoided = search.request().avoidHosts();
        if (avoided.contains(host.name()) || avoided.contains(host.id().value())) {
            return Rule.AVOIDED;
        }
        if (search.blacklisted().contains(host.id())) {
            return Rule.BLACKLISTED;
        }
        if (!host.standing().isOpen()) {
            return Rule.NOT_OPEN;
        }
        if (fleet.silent.contains(host.id())) {
            return Rule.NOT_READY;
        }
        boolean room = passing.stream()
                .anyMatch(model -> available(host, model) >= search.request().gpuCount());
        return room ? null : Rule.BUSY;
    }

    static @Nullable Rule standing(Host host, String model, ResourceRequest request) {
        List<UnitFacts> units = host.inventory().units().stream()
                .filter(unit -> unit.gpuModel().equals(model))
                .toList();
        UnitFacts unit = units.getFirst();
        int n = request.gpuCount();
        boolean asked = request.gpuModels().isEmpty()
                ? !model.equals("CPU")
                : request.gpuModels().contains(model);
        if (!asked) {
            return Rule.GPU_MODEL;
        }
        if (units.size() < n) {
            return Rule.GPU_COUNT;
        }
        if (Math.round(unit.vramMib() / 1024.0) < request.minVramGb()) {
            return Rule.VRAM;
        }
        CudaVersion cuda =
                CudaVersion.parse(host.inventory().facts().cudaVersion()).orElseThrow();
        if (request.minCuda().compareTo(cuda) > 0) {
            return Rule.CUDA;
        }
        if (outside(
                n * unit.share().cpuHundredths() / 100.0,
                request.cpus().min(),
                request.cpus().max())) {
            return Rule.CPUS;
        }
        if (outside(
                n * unit.share().memoryMib() / 1024.0,
                request.memoryGb().min(),
                request.memoryGb().max())) {
            return Rule.MEMORY;
        }
        if (!request.regions().isEmpty() && !request.regions().contains(host.region())) {
            return Rule.REGION;
        }
        long price = price(model, request);
        if (price == 0 && !host.inventory().simulated()) {
            return Rule.NOT_PRICED;
        }
        if (request.maxPriceMicros() != 0 && price > request.maxPriceMicros()) {
            return Rule.PRICE;
        }
        return request.isSpot() && price > request.bidMicros() ? Rule.BID : null;
    }

    private static boolean outside(double value, int min, int max) {
        return value < min || (max != 0 && value > max);
    }

    private static long price(String model, ResourceRequest request) {
        return GpuCatalogue.find(model)
                .map(request.isSpot() ? GpuModel::spotMicros : GpuModel::onDemandMicros)
                .orElse(0L);
    }

    static Set<String> models(Host host) {
        Set<String> models = new LinkedHashSet<>();
        host.inventory().units().forEach(unit -> models.add(unit.gpuModel()));
        return models;
    }

    List<String> free(Host host, String model) {
        return host.inventory().units().stream()
                .filter(unit -> unit.gpuModel().equals(model))
                .map(UnitFacts::id)
                .filter(id -> fleet.cluster.holder(host.id(), id) == null)
                .toList();
    }

    int available(Host host, String model) {
        int kept = fleet.cluster.reservations(host.id()).stream()
                .filter(reservation -> reservation.gpuModel().equals(model))
                .mapToInt(Reservation::count)
                .sum();
        return Math.max(0, free(host, model).size() - kept);
    }
}
