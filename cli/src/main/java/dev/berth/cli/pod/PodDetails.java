package dev.berth.cli.pod;

import com.google.protobuf.Timestamp;
import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Human;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** All that is known of one pod, a line for each fact, for people. Pure. */
final class PodDetails {
    private final StringBuilder text = new StringBuilder();
    private final InstantSource clock;

    private PodDetails(InstantSource clock) {
        this.clock = clock;
    }

    static String of(Pod pod, InstantSource clock) {
        PodDetails details = new PodDetails(clock);
        details.state(pod);
        details.placement(pod);
        details.spec(pod.getSpec());
        details.request(pod.getSpec().getRequest());
        return details.text.toString();
    }

    private void state(Pod pod) {
        line("id", pod.getId());
        line("name", pod.getSpec().getName());
        line("state", PodText.state(pod));
        line("reason", PodText.reason(pod));
        line("message", pod.getMessage());
        line(
                "allowed",
                String.join(
                        ", ",
                        pod.getAllowedActionsList().stream().map(Enum::name).toList()));
        line("created", since(pod.hasCreatedAt(), pod.getCreatedAt()));
        line("running", since(pod.hasRunningAt(), pod.getRunningAt()));
        line("ended", since(pod.hasEndedAt(), pod.getEndedAt()));
    }

    private void placement(Pod pod) {
        String host = pod.getHostName().isEmpty() ? "" : pod.getHostName() + " (" + pod.getHostId() + ")";
        line("host", host);
        line("incarnation", pod.getIncarnation() == 0 ? "" : Integer.toString(pod.getIncarnation()));
        line("gpus", PodText.gpus(pod));
        if (pod.hasGrant()) {
            line("units", String.join(" ", pod.getGrant().getUnitIdsList()));
            line("cpus", Human.hundredths(pod.getGrant().getCpuHundredths()));
            line("memory", Human.gigabytes(pod.getGrant().getMemoryMib()));
        }
        line("gpu-hour", pod.getGpuHourMicros() == 0 ? "" : Human.dollars(pod.getGpuHourMicros()));
    }

    private void spec(PodSpec spec) {
        line("image", spec.getImage());
        line("entrypoint", words(spec.getEntrypointList()));
        line("command", spec.getShellCommand().isEmpty() ? words(spec.getCommandList()) : spec.getShellCommand());
        line("env", pairs(spec.getEnvMap()));
        line("labels", pairs(spec.getLabelsMap()));
        line("disk", spec.getContainerDiskGb() == 0 ? "" : spec.getContainerDiskGb() + " GB");
    }

    private void request(ResourceRequest request) {
        line("models", String.join(" | ", request.getGpuModelsList()));
        line("cpus asked", range(request.getCpus()));
        line("memory asked", range(request.getMemoryGb()).isEmpty() ? "" : range(request.getMemoryGb()) + " GB");
        line("regions", String.join(" | ", request.getRegionsList()));
        line("avoided hosts", String.join(" ", request.getAvoidHostsList()));
        line("highest price", request.getMaxPriceMicros() == 0 ? "" : Human.dollars(request.getMaxPriceMicros()));
    }

    private String since(boolean known, Timestamp time) {
        return known ? Human.time(time) + " (" + Human.age(true, time, clock) + " ago)" : "";
    }

    private void line(String label, String value) {
        if (!value.isEmpty()) {
            text.append(label)
                    .repeat(' ', 15 - label.length())
                    .append(Escape.cell(value))
                    .append('\n');
        }
    }

    /** A word that a shell would split or read is quoted as a shell would take it. */
    private static String words(List<String> words) {
        return String.join(" ", words.stream().map(PodDetails::quoted).toList());
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
        return (range.getMin() == 0 ? "" : range.getMin()) + "-" + (range.getMax() == 0 ? "" : range.getMax());
    }
}
