package dev.berth.controller.scheduling;

import dev.berth.controller.model.ResourceRequest;
import org.jspecify.annotations.Nullable;

/** The standing conditions of a request against a shape of hosts and one group of units of it. Pure. */
final class Filter {
    private Filter() {}

    /** The first rule that says no, whatever is free; null when a host of the shape could match. */
    static @Nullable Rule veto(ResourceRequest request, HostShape shape, UnitGroup group) {
        boolean asked = request.gpuModels().isEmpty()
                ? !group.isCpu()
                : request.gpuModels().contains(group.gpuModel());
        if (!asked) {
            return Rule.GPU_MODEL;
        }
        if (group.size() < request.gpuCount()) {
            return Rule.GPU_COUNT;
        }
        if (group.vramGb() < request.minVramGb()) {
            return Rule.VRAM;
        }
        if (shape.cuda().compareTo(request.minCuda()) < 0) {
            return Rule.CUDA;
        }
        if (!request.cpus().contains((long) request.gpuCount() * group.cpuHundredths(), 100)) {
            return Rule.CPUS;
        }
        if (!request.memoryGb().contains(request.gpuCount() * group.memoryMib(), 1024)) {
            return Rule.MEMORY;
        }
        if (!request.regions().isEmpty() && !request.regions().contains(shape.region())) {
            return Rule.REGION;
        }
        return priceVeto(request, shape, group);
    }

    private static @Nullable Rule priceVeto(ResourceRequest request, HostShape shape, UnitGroup group) {
        long priceMicros = group.priceMicros(request);
        if (priceMicros == 0 && !shape.simulated()) {
            return Rule.NOT_PRICED;
        }
        if (request.maxPriceMicros() > 0 && priceMicros > request.maxPriceMicros()) {
            return Rule.PRICE;
        }
        return request.isSpot() && request.bidMicros() < priceMicros ? Rule.BID : null;
    }

    /** The rule of the group that came furthest, since that is the one worth telling; null when one group passes. */
    static @Nullable Rule veto(ResourceRequest request, HostShape shape) {
        Rule furthest = Rule.GPU_MODEL;
        for (UnitGroup group : shape.groups()) {
            Rule rule = veto(request, shape, group);
            if (rule == null) {
                return null;
            }
            furthest = rule.compareTo(furthest) > 0 ? rule : furthest;
        }
        return furthest;
    }
}
