package dev.berth.controller.model;

import java.util.List;

/**
 * What a pod asks of the hardware. Ranges are filters on the total of the pod, never amounts: what is granted is
 * {@code gpuCount} whole units of one host. Lists are empty for "any"; GPU models are canonical names in order of
 * preference, and a pod without GPUs asks for units of the model {@link GpuCatalogue#CPU}, which "any" never means.
 * {@code maxPriceMicros} is per unit-hour, 0 for no limit; {@code bidMicros} is 0 unless the purchase is SPOT.
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
        long maxPriceMicros,
        Purchase purchase,
        long bidMicros) {
    public static ResourceRequest gpus(int count) {
        return new ResourceRequest(
                List.of(),
                count,
                IntRange.ANY,
                IntRange.ANY,
                0,
                CudaVersion.ANY,
                List.of(),
                List.of(),
                0,
                Purchase.ON_DEMAND,
                0);
    }

    public static ResourceRequest cpuUnits(int count) {
        return gpus(count).withGpuModels(List.of(GpuCatalogue.CPU));
    }

    public boolean isSpot() {
        return purchase == Purchase.SPOT;
    }

    public boolean isCpuPod() {
        return gpuModels.equals(List.of(GpuCatalogue.CPU));
    }

    public ResourceRequest withGpuModels(List<String> models) {
        return new ResourceRequest(
                models,
                gpuCount,
                cpus,
                memoryGb,
                minVramGb,
                minCuda,
                regions,
                avoidHosts,
                maxPriceMicros,
                purchase,
                bidMicros);
    }

    public ResourceRequest withAvoidHosts(List<String> hosts) {
        return new ResourceRequest(
                gpuModels,
                gpuCount,
                cpus,
                memoryGb,
                minVramGb,
                minCuda,
                regions,
                hosts,
                maxPriceMicros,
                purchase,
                bidMicros);
    }

    /** The same request at a spot price. */
    public ResourceRequest atBid(long micros) {
        return new ResourceRequest(
                gpuModels,
                gpuCount,
                cpus,
                memoryGb,
                minVramGb,
                minCuda,
                regions,
                avoidHosts,
                maxPriceMicros,
                Purchase.SPOT,
                micros);
    }
}
