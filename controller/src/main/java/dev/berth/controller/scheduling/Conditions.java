package dev.berth.controller.scheduling;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;

/**
 * The standing conditions of a request against units that a pod already has, at the share and the price that it got them
 * for: {@link Filter} asks what a host could give, this what it gave. Pure.
 */
public final class Conditions {
    private static final int MIB_PER_GB = 1024;

    private Conditions() {}

    public static boolean satisfied(ResourceRequest request, Host host, Grant grant, long gpuHourMicros) {
        return grant.unitIds().size() == request.gpuCount()
                && (request.gpuModels().isEmpty() || request.gpuModels().contains(grant.gpuModel()))
                && request.cpus().contains(grant.cpuHundredths(), 100)
                && request.memoryGb().contains(grant.memoryMib(), MIB_PER_GB)
                && hasVram(request, host, grant)
                && CudaVersion.parse(host.inventory().facts().cudaVersion())
                                .orElse(CudaVersion.ANY)
                                .compareTo(request.minCuda())
                        >= 0
                && (request.regions().isEmpty() || request.regions().contains(host.region()))
                && !request.avoidHosts().contains(host.name())
                && !request.avoidHosts().contains(host.id().value())
                && (request.maxPriceMicros() == 0 || gpuHourMicros <= request.maxPriceMicros());
    }

    private static boolean hasVram(ResourceRequest request, Host host, Grant grant) {
        for (UnitFacts unit : host.inventory().units()) {
            boolean granted = grant.unitIds().contains(unit.id());
            // Drivers report a little less than the nominal size, so the nearest GB counts.
            if (granted && (unit.vramMib() + MIB_PER_GB / 2) / MIB_PER_GB < request.minVramGb()) {
                return false;
            }
        }
        return true;
    }
}
