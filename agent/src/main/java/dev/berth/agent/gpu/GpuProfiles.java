package dev.berth.agent.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The GPU models that a host can simulate, read once from the resource {@code gpu-profiles.json}. A model is found by any of its
 * names, whatever the case, spaces and punctuation, with or without "NVIDIA" and "GeForce". Immutable, any thread.
 */
public final class GpuProfiles {
    private static final String RESOURCE = "gpu-profiles.json";

    private final List<GpuProfile> profiles;
    private final String driverVersion;
    private final CudaVersion cudaVersion;
    private final Map<String, GpuProfile> byName = new LinkedHashMap<>();

    private GpuProfiles(JsonNode root) {
        this.driverVersion = root.required("driver_version").asText();
        String[] cuda = root.required("cuda_version").asText().split("\\.");
        this.cudaVersion = new CudaVersion(Integer.parseInt(cuda[0]), Integer.parseInt(cuda[1]));
        this.profiles = new ArrayList<>();
        for (JsonNode device : root.required("devices")) {
            profiles.add(profile(device));
        }
        for (GpuProfile profile : profiles) {
            index(profile.key(), profile);
            index(profile.nvmlName(), profile);
            profile.aliases().forEach(alias -> index(alias, profile));
        }
    }

    public static GpuProfiles load() {
        try (InputStream in = GpuProfiles.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the agent's jar lacks the resource " + RESOURCE + "; build it again");
            }
            return new GpuProfiles(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + RESOURCE + " cannot be read", e);
        }
    }

    /**
     * The profile of a model by key, driver's name or alias.
     *
     * @throws IllegalArgumentException naming every known model, when none has that name
     */
    public GpuProfile find(String model) {
        GpuProfile profile = byName.get(normalised(model));
        if (profile == null) {
            throw new IllegalArgumentException(
                    "GPU model \"" + model + "\" is unknown and cannot be simulated; known are: "
                            + profiles.stream().map(GpuProfile::nvmlName).collect(Collectors.joining(", ")));
        }
        return profile;
    }

    public List<GpuProfile> all() {
        return List.copyOf(profiles);
    }

    /** The driver that a simulated host claims to have. */
    public String driverVersion() {
        return driverVersion;
    }

    public CudaVersion cudaVersion() {
        return cudaVersion;
    }

    private void index(String name, GpuProfile profile) {
        GpuProfile before = byName.putIfAbsent(normalised(name), profile);
        if (before != null && !before.equals(profile)) {
            throw new IllegalStateException(
                    RESOURCE + " gives the name \"" + name + "\" to both " + before.key() + " and " + profile.key());
        }
    }

    private static String normalised(String name) {
        return name.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]", "")
                .replaceFirst("^nvidia", "")
                .replaceFirst("^geforce", "");
    }

    private static GpuProfile profile(JsonNode device) {
        String[] capability = device.required("compute_capability").asText().split("\\.");
        return new GpuProfile(
                device.required("key").asText(),
                device.required("nvml_name").asText(),
                StreamSupport.stream(device.required("aliases").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList(),
                device.required("memory_total_mib").asInt(),
                new ComputeCapability(Integer.parseInt(capability[0]), Integer.parseInt(capability[1])),
                device.required("architecture").asText(),
                device.required("brand").asText());
    }
}
