package dev.berth.agent.gpu;

import dev.berth.agent.container.DeviceNode;
import dev.berth.agent.container.GpuDevices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How this host's GPUs reach its containers, chosen once for an inventory and an engine: CDI where the engine knows every GPU by
 * its UUID, else a request to the engine's {@code nvidia} driver, else device nodes one by one. Simulated GPUs are always nodes.
 * GPUs are named by UUID throughout. Made anew when inventory or engine change; immutable, any thread.
 */
public final class Injection {
    /** The way in; its name is what the host tells the controller. */
    public enum Way {
        CDI,
        NVIDIA_REQUEST,
        RAW_NODES
    }

    private static final String CDI_KIND = "nvidia.com/gpu=";
    /** Needed by every CUDA program beside the GPU's own node; they may be absent until the driver's module is loaded. */
    private static final List<String> SHARED_NODES = List.of("nvidia-uvm", "nvidia-uvm-tools");

    private final Way way;
    private final String reason;
    private final Path deviceFolder;
    private final boolean simulated;
    private final Map<String, Gpu> gpus = new LinkedHashMap<>();
    private final Set<String> instances = new LinkedHashSet<>();

    private Injection(GpuInventory inventory, Way way, String reason, Path deviceFolder) {
        this.way = way;
        this.reason = reason;
        this.deviceFolder = deviceFolder;
        this.simulated = inventory.simulated();
        for (Gpu gpu : inventory.gpus()) {
            gpus.put(gpu.uuid(), gpu);
            gpu.migInstances().forEach(instance -> instances.add(instance.uuid()));
        }
    }

    /** @param deviceFolder where the device nodes are: /dev, or the data folder of {@link SimulatedDevices} */
    public static Injection choose(GpuInventory inventory, EngineGpuSupport engine, Path deviceFolder) {
        if (inventory.simulated()) {
            return new Injection(inventory, Way.RAW_NODES, "the GPUs are simulated", deviceFolder);
        }
        List<String> unknown = inventory.gpus().stream()
                .flatMap(Injection::offered)
                .filter(uuid -> !engine.cdiDevices().contains(CDI_KIND + uuid))
                .toList();
        if (engine.cdi() && unknown.isEmpty()) {
            return new Injection(inventory, Way.CDI, "the engine knows every GPU by CDI", deviceFolder);
        }
        String noCdi = !engine.cdi()
                ? "the engine has no CDI"
                : "the engine's CDI specs lack " + String.join(", ", unknown) + " (nvidia-ctk cdi generate makes them)";
        if (engine.nvidiaRequests()) {
            return new Injection(
                    inventory, Way.NVIDIA_REQUEST, noCdi + "; NVIDIA's container toolkit is there", deviceFolder);
        }
        return new Injection(
                inventory, Way.RAW_NODES, noCdi + " and NVIDIA's container toolkit is not there", deviceFolder);
    }

    /** What a GPU is given as: itself, or where it is split, its instances. */
    private static Stream<String> offered(Gpu gpu) {
        return gpu.migEnabled().orElse(false)
                ? gpu.migInstances().stream().map(MigInstance::uuid)
                : Stream.of(gpu.uuid());
    }

    public Way way() {
        return way;
    }

    /** Whether single instances of a GPU that MIG split can be given: with nodes alone they cannot be kept apart. */
    public boolean givesMigInstances() {
        return way != Way.RAW_NODES;
    }

    /** Why this way, in words for a person. */
    public String reason() {
        return reason;
    }

    /**
     * What a container gets for these GPUs, in their order.
     *
     * @throws IllegalArgumentException when a GPU is not in the inventory, or is to be given as a node and its minor is unknown
     */
    public GpuDevices devices(List<String> uuids) {
        for (String uuid : uuids) {
            if (!gpus.containsKey(uuid) && !(givesMigInstances() && instances.contains(uuid))) {
                throw new IllegalArgumentException("GPU " + uuid + " is not among the " + gpus.size()
                        + " GPUs of this host; it was lost or is another host's");
            }
        }
        for (String uuid : uuids) {
            Gpu gpu = gpus.get(uuid);
            if (gpu != null && gpu.migEnabled().orElse(false)) {
                throw new IllegalArgumentException(
                        "GPU " + uuid + " is split by MIG, so it cannot be given whole; its instances are units");
            }
        }
        if (uuids.isEmpty()) {
            return new GpuDevices.None();
        }
        return switch (way) {
            case CDI ->
                new GpuDevices.Cdi(uuids.stream().map(uuid -> CDI_KIND + uuid).toList());
            case NVIDIA_REQUEST -> new GpuDevices.NvidiaRequest(uuids);
            case RAW_NODES -> rawNodes(uuids);
        };
    }

    private GpuDevices rawNodes(List<String> uuids) {
        List<DeviceNode> nodes = new ArrayList<>();
        for (String uuid : uuids) {
            Gpu gpu = gpus.get(uuid);
            if (gpu == null || gpu.minor().isEmpty()) {
                throw new IllegalArgumentException("GPU " + uuid
                        + " has no known device node, so it cannot be given to a container without NVIDIA's toolkit");
            }
            nodes.add(node("nvidia" + gpu.minor().getAsInt()));
        }
        nodes.add(node("nvidiactl"));
        if (!simulated) {
            for (String name : SHARED_NODES) {
                if (Files.exists(deviceFolder.resolve(name))) {
                    nodes.add(node(name));
                }
            }
        }
        return new GpuDevices.RawNodes(nodes);
    }

    private DeviceNode node(String name) {
        return new DeviceNode(deviceFolder.resolve(name).toString(), "/dev/" + name);
    }
}
