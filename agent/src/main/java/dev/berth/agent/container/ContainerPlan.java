package dev.berth.agent.container;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One incarnation of a pod as a container: everything that may differ between containers. All else is
 * {@link ContainerPolicy}'s. Nothing of the engine's vocabulary is in here, so nothing of it can be asked for.
 *
 * @param podId {@code [a-z0-9]{1,63}}; also the container's host name
 * @param incarnation from 1
 * @param image as {@link ContainerRuntime#ensureImage} answered
 * @param entrypoint empty: the image's
 * @param command empty: the image's, unless there is an entrypoint here
 * @param env without {@code NVIDIA_*} names, which are dropped
 * @param unitIds GPU UUIDs, for the label
 * @param cpuHundredths quota in hundredths of a CPU; 0: none
 * @param cpuset CPUs as the kernel writes lists, {@code 0-3,8}; empty: any
 * @param memoryMib hard limit, no swap on top; 0: none
 * @param elastic runs only while the host holds a lease; for the label
 * @param fittings folders, ports and disk that it has of its host
 */
public record ContainerPlan(
        String podId,
        int incarnation,
        ImageFacts image,
        List<String> entrypoint,
        List<String> command,
        SortedMap<String, String> env,
        List<String> unitIds,
        GpuDevices gpus,
        int cpuHundredths,
        String cpuset,
        long memoryMib,
        boolean elastic,
        Fittings fittings) {
    private static final Pattern POD_ID = Pattern.compile("[a-z0-9]{1,63}");
    private static final Pattern CPUSET = Pattern.compile("|\\d+(-\\d+)?(,\\d+(-\\d+)?)*");

    public ContainerPlan {
        if (!POD_ID.matcher(podId).matches() || incarnation < 1) {
            throw new IllegalArgumentException("no pod and incarnation: " + podId + " " + incarnation);
        }
        if (cpuHundredths < 0 || memoryMib < 0 || !CPUSET.matcher(cpuset).matches()) {
            throw new IllegalArgumentException("no limits: cpuHundredths " + cpuHundredths + ", memoryMib " + memoryMib
                    + ", cpuset '" + cpuset + "'");
        }
        Objects.requireNonNull(image);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = new TreeMap<>(env);
        unitIds = List.copyOf(unitIds);
    }

    /** With nothing of its host. */
    public ContainerPlan(
            String podId,
            int incarnation,
            ImageFacts image,
            List<String> entrypoint,
            List<String> command,
            SortedMap<String, String> env,
            List<String> unitIds,
            GpuDevices gpus,
            int cpuHundredths,
            String cpuset,
            long memoryMib,
            boolean elastic) {
        this(
                podId,
                incarnation,
                image,
                entrypoint,
                command,
                env,
                unitIds,
                gpus,
                cpuHundredths,
                cpuset,
                memoryMib,
                elastic,
                Fittings.NONE);
    }

    /** {@code berth-<pod>-<incarnation>}: a second create of the same incarnation meets the first by this name. */
    public String name() {
        return nameOf(podId, incarnation);
    }

    public static String nameOf(String podId, int incarnation) {
        return "berth-" + podId + "-" + incarnation;
    }

    /** Tells two plans of one incarnation apart. Equal for equal plans on every machine; 32 hex digits. */
    public String specHash() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        put(digest, podId, Integer.toString(incarnation), image.reference());
        putList(digest, entrypoint);
        putList(digest, command);
        put(digest, Integer.toString(env.size()));
        for (Map.Entry<String, String> variable : env.entrySet()) {
            put(digest, variable.getKey(), variable.getValue());
        }
        putList(digest, unitIds);
        put(digest, gpus.getClass().getSimpleName());
        putList(digest, gpuWords());
        put(digest, Integer.toString(cpuHundredths), cpuset, Long.toString(memoryMib));
        if (!fittings.equals(Fittings.NONE)) {
            for (HostBind bind : fittings.binds()) {
                put(digest, bind.hostPath().toString(), bind.containerPath(), Boolean.toString(bind.readOnly()));
            }
            for (PublishedPort port : fittings.ports()) {
                put(digest, port.containerPort() + " " + port.hostAddress() + " " + port.hostPort());
            }
            put(digest, Integer.toString(fittings.diskGb()));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private List<String> gpuWords() {
        return switch (gpus) {
            case GpuDevices.None() -> List.of();
            case GpuDevices.Cdi(List<String> names) -> names;
            case GpuDevices.NvidiaRequest(List<String> uuids) -> uuids;
            case GpuDevices.RawNodes(List<DeviceNode> nodes) ->
                nodes.stream()
                        .map(node -> node.hostPath() + ":" + node.containerPath())
                        .toList();
        };
    }

    private static void putList(MessageDigest digest, List<String> words) {
        put(digest, Integer.toString(words.size()));
        put(digest, words.toArray(String[]::new));
    }

    private static void put(MessageDigest digest, String... words) {
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            // The length goes first, so that no two lists of words read alike.
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
    }
}
