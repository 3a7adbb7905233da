package dev.berth.controller.protos;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.Lifetime;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.model.VolumeId;
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
    private static final int DEFAULT_ELASTIC_DISK_GB = 50;
    private static final int DEFAULT_SYSTEM_VOLUME_GB = 100;
    private static final String TCP = "/tcp";
    private static final long DEFAULT_GRACE_MILLIS = 10_000;
    private static final long DEFAULT_SPOT_GRACE_MILLIS = 5_000;

    private SpecProtos() {}

    public static dev.berth.proto.v1.PodSpec toProto(PodSpec spec) {
        PodSpec.Container container = spec.container();
        QueueTerms terms = spec.terms();
        dev.berth.proto.v1.PodSpec.Builder proto = dev.berth.proto.v1.PodSpec.newBuilder()
                .setName(spec.name())
                .setImage(container.image())
                .addAllEntrypoint(container.entrypoint())
                .addAllCommand(container.command())
                .setShellCommand(container.shellCommand())
                .putAllEnv(container.env())
                .setForDevelopment(container.forDevelopment())
                .setRequest(toProto(spec.request()))
                .setContainerDiskGb(spec.containerDiskGb())
                .setSystemVolumeGb(spec.storage().systemVolumeGb())
                .setPodVolumeGb(spec.storage().podVolumeGb())
                .setVolumeMount(spec.storage().volumeMount())
                .setGrace(TimeProtos.duration(spec.graceMillis()))
                .setPreStopCommand(spec.lifetime().preStopCommand())
                .putAllLabels(spec.labels())
                .setUnplaced(EnumProtos.toProto(terms.unplaced()))
                .setPriority(terms.priority())
                .setAutoResume(terms.autoResume());
        spec.storage().networkVolumes().forEach((id, path) -> proto.putNetworkVolumes(id.value(), path));
        spec.tcpPorts().forEach(port -> proto.addPorts(port + TCP));
        if (spec.lifetime().stopAfterMillis() > 0) {
            proto.setStopAfter(TimeProtos.duration(spec.lifetime().stopAfterMillis()));
        }
        if (spec.lifetime().terminateAfterMillis() > 0) {
            proto.setTerminateAfter(TimeProtos.duration(spec.lifetime().terminateAfterMillis()));
        }
        if (terms.timeoutMillis() > 0) {
            proto.setQueueTimeout(TimeProtos.duration(terms.timeoutMillis()));
        }
        if (terms.minRuntimeMillis() > 0) {
            proto.setMinRuntime(TimeProtos.duration(terms.minRuntimeMillis()));
        }
        return proto.build();
    }

    /** A pod of its own. */
    public static PodSpec toModel(dev.berth.proto.v1.PodSpec spec) {
        return toModel(spec, false);
    }

    /** {@code elastic}: with the defaults of a deployment's template. */
    public static PodSpec toModel(dev.berth.proto.v1.PodSpec spec, boolean elastic) {
        int defaultDiskGb = elastic ? DEFAULT_ELASTIC_DISK_GB : DEFAULT_DISK_GB;
        ResourceRequest request = toModel(spec.getRequest());
        long defaultGraceMillis = request.isSpot() ? DEFAULT_SPOT_GRACE_MILLIS : DEFAULT_GRACE_MILLIS;
        PodSpec.Container container = new PodSpec.Container(
                spec.getImage(),
                List.copyOf(spec.getEntrypointList()),
                List.copyOf(spec.getCommandList()),
                spec.getShellCommand(),
                sorted(spec.getEnvMap()),
                spec.hasForDevelopment() ? spec.getForDevelopment() : !elastic);
        return new PodSpec(
                spec.getName(),
                container,
                request,
                storage(spec, spec.getContainerDiskGb() == 0 ? defaultDiskGb : spec.getContainerDiskGb(), container),
                spec.getPortsList().stream().map(SpecProtos::tcpPort).toList(),
                new Lifetime(
                        spec.hasGrace() ? TimeProtos.millis(spec.getGrace()) : defaultGraceMillis,
                        spec.getPreStopCommand(),
                        spec.hasStopAfter() ? TimeProtos.millis(spec.getStopAfter()) : 0,
                        spec.hasTerminateAfter() ? TimeProtos.millis(spec.getTerminateAfter()) : 0),
                sorted(spec.getLabelsMap()),
                terms(spec, elastic));
    }

    private static PodStorage storage(
            dev.berth.proto.v1.PodSpec spec, int containerDiskGb, PodSpec.Container container) {
        int usualSystemGb = container.forDevelopment() ? DEFAULT_SYSTEM_VOLUME_GB : 0;
        String mount = spec.getVolumeMount().isEmpty() ? PodStorage.DEFAULT_VOLUME_MOUNT : spec.getVolumeMount();
        SortedMap<VolumeId, String> network = new TreeMap<>();
        spec.getNetworkVolumesMap().forEach((id, path) -> network.put(new VolumeId(id), path));
        return new PodStorage(
                containerDiskGb,
                spec.hasSystemVolumeGb() ? spec.getSystemVolumeGb() : usualSystemGb,
                spec.getPodVolumeGb(),
                spec.getPodVolumeGb() == 0 ? "" : mount,
                network.isEmpty() ? Map.of() : Collections.unmodifiableSortedMap(network));
    }

    /** Of a port that rpc has checked. */
    private static int tcpPort(String port) {
        return Integer.parseInt(port.endsWith(TCP) ? port.substring(0, port.length() - TCP.length()) : port);
    }

    private static QueueTerms terms(dev.berth.proto.v1.PodSpec spec, boolean elastic) {
        Unplaced unplaced = spec.getUnplaced() == dev.berth.proto.v1.Unplaced.UNPLACED_UNSPECIFIED
                ? (elastic ? Unplaced.QUEUE : Unplaced.FAIL_FAST)
                : EnumProtos.toModel(spec.getUnplaced());
        return new QueueTerms(
                unplaced,
                spec.getPriority(),
                spec.hasQueueTimeout() ? TimeProtos.millis(spec.getQueueTimeout()) : 0,
                spec.hasMinRuntime() ? TimeProtos.millis(spec.getMinRuntime()) : 0,
                spec.getAutoResume());
    }

    public static dev.berth.proto.v1.ResourceRequest toProto(ResourceRequest request) {
        dev.berth.proto.v1.ResourceRequest.Builder proto = dev.berth.proto.v1.ResourceRequest.newBuilder()
                .setPurchase(
                        request.isSpot() ? dev.berth.proto.v1.Purchase.SPOT : dev.berth.proto.v1.Purchase.ON_DEMAND)
                .setBidMicros(request.bidMicros())
                .setMinVramGb(request.minVramGb())
                .addAllRegions(request.regions())
                .addAllAvoidHosts(request.avoidHosts())
                .setMaxPriceMicros(request.maxPriceMicros());
        if (request.isCpuPod()) {
            proto.setCpuUnits(request.gpuCount());
        } else {
            proto.addAllGpuModels(request.gpuModels()).setGpuCount(request.gpuCount());
        }
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
        boolean cpuPod = request.getCpuUnits() > 0;
        int gpuCount = request.getGpuCount() == 0 ? DEFAULT_GPUS : request.getGpuCount();
        return new ResourceRequest(
                cpuPod ? List.of(GpuCatalogue.CPU) : List.copyOf(request.getGpuModelsList()),
                cpuPod ? request.getCpuUnits() : gpuCount,
                toModel(request.getCpus()),
                toModel(request.getMemoryGb()),
                request.getMinVramGb(),
                cuda(request.getMinCuda()),
                List.copyOf(request.getRegionsList()),
                List.copyOf(request.getAvoidHostsList()),
                request.getMaxPriceMicros(),
                request.getPurchase() == dev.berth.proto.v1.Purchase.SPOT ? Purchase.SPOT : Purchase.ON_DEMAND,
                request.getBidMicros());
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
