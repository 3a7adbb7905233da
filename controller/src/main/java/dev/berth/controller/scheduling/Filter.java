package dev.berth.controller.scheduling;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuModel;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import org.jspecify.annotations.Nullable;

/** The standing conditions of a request against one host and one GPU model of it. Pure. */
final class Filter {
    private Filter() {}

    /** The first rule that says no for this model on this host, whatever is free; null when it could match. */
    static @Nullable Rule veto(ResourceRequest request, Host host, String gpuModel) {
        if (!request.gpuModels().isEmpty() && !request.gpuModels().contains(gpuModel)) {
            return Rule.GPU_MODEL;
        }
        if (!request.regions().isEmpty() && !request.regions().contains(host.region())) {
            return Rule.REGION;
        }
        if (request.avoidHosts().contains(host.name())
                || request.avoidHosts().contains(host.id().value())) {
            return Rule.AVOIDED;
        }
        int units = 0;
        int vramGb = 0;
        for (UnitFacts unit : host.inventory().units()) {
            if (unit.gpuModel().equals(gpuModel)) {
                units++;
                vramGb = nominalGb(unit.vramMib());
            }
        }
        if (units < request.gpuCount()) {
            return Rule.GPU_COUNT;
        }
        if (vramGb < request.minVramGb()) {
            return Rule.VRAM;
        }
        return shareVeto(request, host, gpuModel);
    }

    private static @Nullable Rule shareVeto(ResourceRequest request, Host host, String gpuModel) {
        UnitShare share = host.inventory().share();
        if (!request.cpus().contains((long) request.gpuCount() * share.cpuHundredths(), 100)) {
            return Rule.CPUS;
        }
        if (!request.memoryGb().contains(request.gpuCount() * share.memoryMib(), 1024)) {
            return Rule.MEMORY;
        }
        CudaVersion cuda =
                CudaVersion.parse(host.inventory().facts().cudaVersion()).orElse(CudaVersion.ANY);
        if (cuda.compareTo(request.minCuda()) < 0) {
            return Rule.CUDA;
        }
        long priceMicros = priceMicros(gpuModel);
        if (priceMicros == 0 && !host.inventory().simulated()) {
            return Rule.NOT_PRICED;
        }
        return request.maxPriceMicros() > 0 && priceMicros > request.maxPriceMicros() ? Rule.PRICE : null;
    }

    static long priceMicros(String gpuModel) {
        return GpuCatalogue.find(gpuModel).map(GpuModel::onDemandMicros).orElse(0L);
    }

    /** Drivers report a little less than the nominal size (24564 MiB of a 24 GB card), so the nearest GB counts. */
    private static int nominalGb(int vramMib) {
        return (vramMib + 512) / 1024;
    }
}
