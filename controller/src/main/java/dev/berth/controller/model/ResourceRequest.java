package dev.berth.controller.model;

import java.util.List;

/**
 * What a pod asks of the hardware. Ranges are filters on the total of the pod, never amounts: what is granted is
 * {@code gpuCount} whole units of one host. Lists are empty for "any"; GPU models are canonical names in order of
 * preference; {@code maxPriceMicros} is per GPU-hour, 0 for no limit.
 */
public record ResourceRequest(
        List<String> gpuModels,
        int gpuCount,
        IntRange cpus,
        IntRange memoryGb,
        int minVramGb,
        CudaVersion minCuda,
        List<String> regions,
        List<String> avoidHosts,
        long maxPriceMicros) {
    public static ResourceRequest gpus(int count) {
        return new ResourceRequest(
                List.of(), count, IntRange.ANY, IntRange.ANY, 0, CudaVersion.ANY, List.of(), List.of(), 0);
    }

    public ResourceRequest withGpuModels(List<String> models) {
        return new ResourceRequest(
                models, gpuCount, cpus, memoryGb, minVramGb, minCuda, regions, avoidHosts, maxPriceMicros);
    }
}
