package dev.berth.agent.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;

/**
 * A GPU inventory as one JSON document: what the probe's process says to the agent, and to a person. What is absent has no key.
 * Immutable, any thread.
 */
public final class GpuInventoryJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GpuInventoryJson() {}

    /** @param pretty over several lines, for a person */
    public static String write(GpuInventory inventory, boolean pretty) {
        ObjectNode root = JSON.createObjectNode();
        root.put("outcome", inventory.outcome().name());
        root.put("simulated", inventory.simulated());
        inventory.driverVersion().ifPresent(version -> root.put("driver_version", version));
        inventory.cudaVersion().ifPresent(version -> {
            ObjectNode cuda = root.putObject("cuda_version");
            cuda.put("major", version.major());
            cuda.put("minor", version.minor());
        });
        ArrayNode gpus = root.putArray("gpus");
        inventory.gpus().forEach(gpu -> write(gpu, gpus.addObject()));
        if (!inventory.links().isEmpty()) {
            ArrayNode links = root.putArray("links");
            inventory.links().forEach(link -> write(link, links.addObject()));
        }
        ArrayNode problems = root.putArray("problems");
        inventory.problems().forEach(problems::add);
        return pretty ? root.toPrettyString() : root.toString();
    }

    /** @throws IllegalArgumentException when the text is not such a document */
    public static GpuInventory read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            Optional<CudaVersion> cuda = Optional.ofNullable(root.get("cuda_version"))
                    .map(version -> new CudaVersion(whole(version, "major"), whole(version, "minor")));
            List<Gpu> gpus = new ArrayList<>();
            root.required("gpus").forEach(gpu -> gpus.add(gpu(gpu)));
            List<GpuLink> links = new ArrayList<>();
            root.path("links").forEach(link -> links.add(link(link)));
            return new GpuInventory(
                    GpuInventory.Outcome.valueOf(root.required("outcome").asText()),
                    root.required("simulated").asBoolean(),
                    text(root, "driver_version"),
                    cuda,
                    gpus,
                    links,
                    StreamSupport.stream(root.required("problems").spliterator(), false)
                            .map(JsonNode::asText)
                            .toList());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON document: " + e.getOriginalMessage(), e);
        }
    }

    private static void write(Gpu gpu, ObjectNode to) {
        to.put("uuid", gpu.uuid());
        to.put("index", gpu.index());
        gpu.minor().ifPresent(minor -> to.put("minor", minor));
        gpu.name().ifPresent(name -> to.put("name", name));
        gpu.vramMib().ifPresent(mib -> to.put("vram_mib", mib));
        gpu.pciBusId().ifPresent(bus -> to.put("pci_bus_id", bus));
        gpu.computeCapability().ifPresent(capability -> {
            ObjectNode node = to.putObject("compute_capability");
            node.put("major", capability.major());
            node.put("minor", capability.minor());
        });
        gpu.architecture().ifPresent(architecture -> to.put("architecture", architecture));
        gpu.brand().ifPresent(brand -> to.put("brand", brand));
        gpu.numaNode().ifPresent(node -> to.put("numa_node", node));
        if (!gpu.cpuAffinity().isEmpty()) {
            to.put("cpu_affinity", gpu.cpuAffinity());
        }
        gpu.migEnabled().ifPresent(enabled -> to.put("mig_enabled", enabled));
        for (MigInstance instance : gpu.migInstances()) {
            ObjectNode node = to.withArray("mig_instances")
                    .addObject()
                    .put("uuid", instance.uuid())
                    .put("name", instance.name())
                    .put("vram_mib", instance.vramMib());
            write(instance.use(), node);
        }
        write(gpu.use(), to);
    }

    private static void write(GpuUse use, ObjectNode to) {
        use.usedMib().ifPresent(mib -> to.put("used_mib", mib));
        use.processes().ifPresent(known -> {
            ArrayNode processes = to.putArray("processes");
            for (GpuProcess process : known) {
                ObjectNode node = processes.addObject();
                node.put("pid", process.pid());
                process.usedMib().ifPresent(mib -> node.put("used_mib", mib));
            }
        });
    }

    private static GpuUse use(JsonNode from) {
        return new GpuUse(
                number(from, "used_mib"),
                Optional.ofNullable(from.get("processes")).map(GpuInventoryJson::processes));
    }

    private static List<GpuProcess> processes(JsonNode from) {
        List<GpuProcess> processes = new ArrayList<>();
        from.forEach(process -> processes.add(new GpuProcess(whole(process, "pid"), number(process, "used_mib"))));
        return processes;
    }

    private static void write(GpuLink link, ObjectNode to) {
        to.put("first", link.first()).put("second", link.second());
        to.put("way", link.way().name()).put("nvlinks", link.nvlinks());
    }

    private static GpuLink link(JsonNode from) {
        return new GpuLink(
                from.required("first").asText(),
                from.required("second").asText(),
                GpuLink.Way.valueOf(from.required("way").asText()),
                whole(from, "nvlinks"));
    }

    private static Gpu gpu(JsonNode from) {
        List<MigInstance> instances = new ArrayList<>();
        from.path("mig_instances")
                .forEach(instance -> instances.add(new MigInstance(
                        instance.required("uuid").asText(),
                        instance.required("name").asText(),
                        whole(instance, "vram_mib"),
                        use(instance))));
        return new Gpu(
                from.required("uuid").asText(),
                whole(from, "index"),
                number(from, "minor"),
                text(from, "name"),
                number(from, "vram_mib"),
                text(from, "pci_bus_id"),
                Optional.ofNullable(from.get("compute_capability"))
                        .map(node -> new ComputeCapability(whole(node, "major"), whole(node, "minor"))),
                text(from, "architecture"),
                text(from, "brand"),
                number(from, "numa_node"),
                text(from, "cpu_affinity").orElse(""),
                Optional.ofNullable(from.get("mig_enabled")).map(JsonNode::asBoolean),
                instances,
                use(from));
    }

    private static int whole(JsonNode from, String key) {
        JsonNode value = from.required(key);
        if (!value.isInt()) {
            throw new IllegalArgumentException(key + " is no whole number: " + value);
        }
        return value.intValue();
    }

    private static OptionalInt number(JsonNode from, String key) {
        return from.has(key) ? OptionalInt.of(whole(from, key)) : OptionalInt.empty();
    }

    private static Optional<String> text(JsonNode from, String key) {
        return Optional.ofNullable(from.get(key)).map(JsonNode::asText);
    }
}
