package dev.berth.controller.protos;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@link PodSpec} and its proto, both ways, for store and rpc. Pure. Reading fills in the defaults that the proto
 * documents and sorts the maps, so that the same spec always makes the same record; it checks nothing but the CUDA
 * version: rpc validates a request before it comes here. A spec with its defaults filled in round trips exactly.
 */
public final class SpecProtos {
    private static final int DEFAULT_GPUS = 1;
    private static final int DEFAULT_DISK_GB = 20;
    private static final long DEFAULT_GRACE_MILLIS = 10_000;

    private SpecProtos() {}

    public static dev.berth.proto.v1.PodSpec toProto(PodSpec spec) {
        PodSpec.Container container = spec.container();
        return dev.berth.proto.v1.PodSpec.newBuilder()
                .setName(spec.name())
                .setImage(container.image())
                .addAllEntrypoint(container.entrypoint())
                .addAllCommand(container.command())
                .setShellCommand(container.shellCommand())
                .putAllEnv(container.env())
                .setForDevelopment(container.forDevelopment())
                .setRequest(toProto(spec.request()))
                .setContainerDiskGb(spec.containerDiskGb())
                .setGrace(TimeProtos.duration(spec.graceMillis()))
                .putAllLabels(spec.labels())
                .setUnplaced(EnumProtos.toProto(spec.unplaced()))
                .setPriority(spec.priority())
                .build();
    }

    public static PodSpec toModel(dev.berth.proto.v1.PodSpec spec) {
        PodSpec.Container container = new PodSpec.Container(
                spec.getImage(),
                List.copyOf(spec.getEntrypointList()),
                List.copyOf(spec.getCommandList()),
                spec.getShellCommand(),
                sorted(spec.getEnvMap()),
                !spec.hasForDevelopment() || spec.getForDevelopment());
        return new PodSpec(
                spec.getName(),
                container,
                toModel(spec.getRequest()),
                spec.getContainerDiskGb() == 0 ? DEFAULT_DISK_GB : spec.getContainerDiskGb(),
                spec.hasGrace() ? TimeProtos.millis(spec.getGrace()) : DEFAULT_GRACE_MILLIS,
                sorted(spec.getLabelsMap()),
                spec.getUnplaced() == dev.berth.proto.v1.Unplaced.UNPLACED_UNSPECIFIED
                        ? Unplaced.FAIL_FAST
                        : EnumProtos.toModel(spec.getUnplaced()),
                spec.getPriority());
    }

    public static dev.berth.proto.v1.ResourceRequest toProto(ResourceRequest request) {
        dev.berth.proto.v1.ResourceRequest.Builder proto = dev.berth.proto.v1.ResourceRequest.newBuilder()
                .addAllGpuModels(request.gpuModels())
                .setGpuCount(request.gpuCount())
                .setMinVramGb(request.minVramGb())
                .addAllRegions(request.regions())
                .addAllAvoidHosts(request.avoidHosts())
                .setMaxPriceMicros(request.maxPriceMicros());
        if (!request.minCuda().equals(CudaVersion.ANY)) {
            proto.setMinCuda(request.minCuda().toString());
        }
        if (!request.cpus().isAny()) {
            proto.setCpus(toProto(request.cpus()));
        }
        if (!request.memoryGb().isAny()) {
            proto.setMemoryGb(toProto(request.memoryGb()));
        }
        return proto.build();
    }

    /** GPU models stay as they were written: rpc replaces aliases by canonical names. */
    public static ResourceRequest toModel(dev.berth.proto.v1.ResourceRequest request) {
        return new ResourceRequest(
                List.copyOf(request.getGpuModelsList()),
                request.getGpuCount() == 0 ? DEFAULT_GPUS : request.getGpuCount(),
                toModel(request.getCpus()),
                toModel(request.getMemoryGb()),
                request.getMinVramGb(),
                cuda(request.getMinCuda()),
                List.copyOf(request.getRegionsList()),
                List.copyOf(request.getAvoidHostsList()),
                request.getMaxPriceMicros());
    }

    private static CudaVersion cuda(String text) {
        if (text.isEmpty()) {
            return CudaVersion.ANY;
        }
        return CudaVersion.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no CUDA version; write it like \"12.4\""));
    }

    private static dev.berth.proto.v1.IntRange toProto(IntRange range) {
        return dev.berth.proto.v1.IntRange.newBuilder()
                .setMin(range.min())
                .setMax(range.max())
                .build();
    }

    private static IntRange toModel(dev.berth.proto.v1.IntRange range) {
        return new IntRange(range.getMin(), range.getMax());
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        if (map.isEmpty()) {
            return Map.of();
        }
        SortedMap<String, String> sorted = new TreeMap<>(map);
        return Collections.unmodifiableSortedMap(sorted);
    }
}
