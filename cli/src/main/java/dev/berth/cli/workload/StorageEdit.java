package dev.berth.cli.workload;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.PodSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sets in a description what its options say of ports, disks and lifetime, and leaves the rest. Pure. */
final class StorageEdit {
    private static final int MOST_PORTS = 20;
    private static final int MOST_GB = 4096;
    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(365);

    private StorageEdit() {}

    static void of(Arguments arguments, PodSpec.Builder spec) {
        List<String> ports = arguments.texts("--port");
        if (!ports.isEmpty()) {
            spec.clearPorts().addAllPorts(checkedPorts(ports));
        }
        disks(arguments, spec);
        if (arguments.has("--pre-stop")) {
            spec.setPreStopCommand(arguments.text("--pre-stop", ""));
        }
        if (arguments.has("--stop-after")) {
            spec.setStopAfter(Bounded.duration(arguments, "--stop-after", SHORTEST_LIFE, LONGEST_LIFE));
        }
        if (arguments.has("--terminate-after")) {
            spec.setTerminateAfter(Bounded.duration(arguments, "--terminate-after", SHORTEST_LIFE, LONGEST_LIFE));
        }
    }

    private static void disks(Arguments arguments, PodSpec.Builder spec) {
        if (arguments.has("--disk")) {
            spec.setContainerDiskGb(Bounded.number(arguments, "--disk", 1, MOST_GB));
        }
        if (arguments.has("--system-volume")) {
            spec.setSystemVolumeGb(Bounded.number(arguments, "--system-volume", 0, MOST_GB));
        }
        if (arguments.has("--pod-volume")) {
            spec.setPodVolumeGb(Bounded.number(arguments, "--pod-volume", 0, MOST_GB));
        }
        if (arguments.has("--volume-mount")) {
            spec.setVolumeMount(path("--volume-mount", arguments.text("--volume-mount", "")));
        }
        List<String> networkVolumes = arguments.texts("--network-volume");
        if (!networkVolumes.isEmpty()) {
            spec.clearNetworkVolumes().putAllNetworkVolumes(mounts(networkVolumes));
        }
    }

    private static List<String> checkedPorts(List<String> ports) {
        for (String port : ports) {
            if (!port.matches("[1-9][0-9]{0,4}/(tcp|http)")) {
                throw CliFailure.usage(
                        "The value '" + port + "' of --port is not understood",
                        "Give a port and its protocol, such as 22/tcp");
            }
        }
        if (ports.size() > MOST_PORTS) {
            throw CliFailure.usage(
                    "--port is given " + ports.size() + " times", "Publish at most " + MOST_PORTS + " ports");
        }
        return ports;
    }

    /** ID_OR_NAME:PATH words; names hold no colon. */
    private static Map<String, String> mounts(List<String> words) {
        Map<String, String> mounts = new LinkedHashMap<>();
        for (String word : words) {
            int colon = word.indexOf(':');
            if (colon <= 0) {
                throw CliFailure.usage(
                        "The value '" + word + "' of --network-volume is not understood",
                        "Give a volume and where to mount it, such as datasets:/data");
            }
            String volume = word.substring(0, colon);
            if (mounts.put(volume, path("--network-volume", word.substring(colon + 1))) != null) {
                throw CliFailure.usage("--network-volume names " + volume + " twice", "Mount each volume once");
            }
        }
        return mounts;
    }

    /** Which paths are allowed is the API's to say; that it is one at all is seen here. */
    private static String path(String option, String text) {
        if (!text.startsWith("/") || text.length() < 2) {
            throw CliFailure.usage(
                    "The path '" + text + "' of " + option + " is not absolute", "Give one such as /workspace");
        }
        return text;
    }
}
