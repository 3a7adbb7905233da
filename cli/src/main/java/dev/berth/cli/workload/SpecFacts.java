package dev.berth.cli.workload;

import com.google.protobuf.Duration;
import dev.berth.cli.render.Facts;
import dev.berth.cli.render.Human;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;
import java.util.List;
import java.util.Map;

/** The description of a pod as lines for people: of a pod, or of the template of a deployment. Pure. */
public final class SpecFacts {
    private SpecFacts() {}

    public static void add(PodSpec spec, Facts facts) {
        facts.line("image", spec.getImage())
                .line("entrypoint", words(spec.getEntrypointList()))
                .line(
                        "command",
                        spec.getShellCommand().isEmpty() ? words(spec.getCommandList()) : spec.getShellCommand())
                .line("env", pairs(spec.getEnvMap()))
                .line("labels", pairs(spec.getLabelsMap()))
                .line("disk", gigabytes(spec.getContainerDiskGb()));
        storage(spec, facts);
        request(spec.getRequest(), facts);
        facts.line("when full", unplaced(spec))
                .line("priority", number(spec.getPriority()))
                .line("min runtime", spec.hasMinRuntime() ? duration(spec.getMinRuntime()) : "")
                .line("auto-resume", spec.getAutoResume() ? "yes" : "");
    }

    private static void storage(PodSpec spec, Facts facts) {
        String systemVolume = spec.getSystemVolumeGb() == 0 ? "none" : gigabytes(spec.getSystemVolumeGb());
        String mount = spec.getVolumeMount().isEmpty() ? "/workspace" : spec.getVolumeMount();
        facts.line("ports asked", String.join(" ", spec.getPortsList()))
                .line("system volume", spec.hasSystemVolumeGb() ? systemVolume : "")
                .line("pod volume", spec.getPodVolumeGb() == 0 ? "" : gigabytes(spec.getPodVolumeGb()) + " at " + mount)
                .line("network volumes", networkVolumes(spec.getNetworkVolumesMap()))
                .line("grace", spec.hasGrace() ? duration(spec.getGrace()) : "")
                .line("pre-stop", spec.getPreStopCommand())
                .line("stop after", spec.hasStopAfter() ? duration(spec.getStopAfter()) : "")
                .line("terminate after", spec.hasTerminateAfter() ? duration(spec.getTerminateAfter()) : "");
    }

    private static String networkVolumes(Map<String, String> mounts) {
        return String.join(
                ", ",
                mounts.entrySet().stream()
                        .map(mount -> mount.getKey() + " at " + mount.getValue())
                        .sorted()
                        .toList());
    }

    private static void request(ResourceRequest request, Facts facts) {
        facts.line("gpus asked", number(request.getGpuCount()))
                .line("CPU units asked", number(request.getCpuUnits()))
                .line("models", String.join(" | ", request.getGpuModelsList()))
                .line("cpus asked", range(request.getCpus()))
                .line(
                        "memory asked",
                        range(request.getMemoryGb()).isEmpty() ? "" : range(request.getMemoryGb()) + " GB")
                .line("least VRAM", request.getMinVramGb() == 0 ? "" : request.getMinVramGb() + " GB")
                .line("least CUDA", request.getMinCuda())
                .line("regions", String.join(" | ", request.getRegionsList()))
                .line("avoided hosts", String.join(" ", request.getAvoidHostsList()))
                .line("highest price", money(request.getMaxPriceMicros()))
                .line("spot bid", request.getPurchase() == Purchase.SPOT ? money(request.getBidMicros()) : "");
    }

    private static String unplaced(PodSpec spec) {
        String timeout = spec.hasQueueTimeout() ? ", at most " + duration(spec.getQueueTimeout()) : "";
        return spec.getUnplaced() == Unplaced.UNPLACED_UNSPECIFIED
                ? ""
                : spec.getUnplaced().name() + timeout;
    }

    private static String duration(Duration duration) {
        return Human.duration(java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos()));
    }

    private static String gigabytes(int size) {
        return size == 0 ? "" : size + " GB";
    }

    private static String number(int number) {
        return number == 0 ? "" : Integer.toString(number);
    }

    private static String money(long micros) {
        return micros == 0 ? "" : Human.dollars(micros);
    }

    /** A word that a shell would split or read is quoted as a shell would take it. */
    private static String words(List<String> words) {
        return String.join(" ", words.stream().map(SpecFacts::quoted).toList());
    }

    private static String quoted(String word) {
        boolean plain = !word.isEmpty()
                && word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-_./:=,@%+".indexOf(c) >= 0);
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String pairs(Map<String, String> pairs) {
        return String.join(
                " ",
                pairs.entrySet().stream()
                        .map(e -> e.getKey() + "=" + quoted(e.getValue()))
                        .sorted()
                        .toList());
    }

    private static String range(IntRange range) {
        if (range.getMin() == 0 && range.getMax() == 0) {
            return "";
        }
        if (range.getMin() == range.getMax()) {
            return Integer.toString(range.getMin());
        }
        return (range.getMin() == 0 ? "" : range.getMin()) + "-" + (range.getMax() == 0 ? "" : range.getMax());
    }
}
