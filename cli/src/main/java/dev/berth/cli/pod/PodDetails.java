package dev.berth.cli.pod;

import com.google.protobuf.Timestamp;
import dev.berth.cli.render.Facts;
import dev.berth.cli.render.Human;
import dev.berth.cli.workload.PodText;
import dev.berth.cli.workload.SpecFacts;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodPort;
import dev.berth.proto.v1.PodVolume;
import java.time.InstantSource;

/** All that is known of one pod, a line for each fact, for people. Pure. */
final class PodDetails {
    private final Facts facts = new Facts(17);
    private final InstantSource clock;

    private PodDetails(InstantSource clock) {
        this.clock = clock;
    }

    static String of(Pod pod, InstantSource clock) {
        PodDetails details = new PodDetails(clock);
        details.state(pod);
        details.queue(pod);
        details.placement(pod);
        details.storage(pod);
        SpecFacts.add(pod.getSpec(), details.facts);
        return details.facts.toString();
    }

    private void state(Pod pod) {
        facts.line("id", pod.getId())
                .line("name", pod.getSpec().getName())
                .line("deployment", deployment(pod))
                .line("state", PodText.state(pod))
                .line("reason", PodText.reason(pod))
                .line("message", pod.getMessage())
                .line(
                        "allowed",
                        String.join(
                                ", ",
                                pod.getAllowedActionsList().stream()
                                        .map(Enum::name)
                                        .toList()))
                .line("created", since(pod.hasCreatedAt(), pod.getCreatedAt()))
                .line("running", since(pod.hasRunningAt(), pod.getRunningAt()))
                .line("ended", since(pod.hasEndedAt(), pod.getEndedAt()))
                .line("locked", pod.getLocked() ? "yes" : "")
                .line("stops", pod.hasStopsAt() ? Human.time(pod.getStopsAt()) : "")
                .line("terminates", pod.hasTerminatesAt() ? Human.time(pod.getTerminatesAt()) : "");
    }

    private static String deployment(Pod pod) {
        return pod.getDeploymentId().isEmpty()
                ? ""
                : pod.getDeploymentId() + ", number " + pod.getDeploymentIndex() + " of it";
    }

    private void queue(Pod pod) {
        facts.line("in line", pod.getQueuePosition() == 0 ? "" : "place " + pod.getQueuePosition())
                .line("waits for", pod.getQueueReason())
                .line("not before", pod.hasEarliestStart() ? Human.time(pod.getEarliestStart()) : "");
    }

    private void placement(Pod pod) {
        String host = pod.getHostName().isEmpty() ? "" : pod.getHostName() + " (" + pod.getHostId() + ")";
        facts.line("host", host)
                .line("incarnation", pod.getIncarnation() == 0 ? "" : Integer.toString(pod.getIncarnation()))
                .line("gpus", PodText.gpus(pod));
        if (pod.hasGrant()) {
            facts.line("units", String.join(" ", pod.getGrant().getUnitIdsList()))
                    .line("cpus", Human.hundredths(pod.getGrant().getCpuHundredths()))
                    .line("memory", Human.gigabytes(pod.getGrant().getMemoryMib()));
        }
        facts.line("gpu-hour", pod.getGpuHourMicros() == 0 ? "" : Human.dollars(pod.getGpuHourMicros()));
    }

    private void storage(Pod pod) {
        for (PodPort port : pod.getPortsList()) {
            String place = port.getAddress() + ":" + port.getHostPort();
            facts.line("port", port.getPort() + " at " + place + (port.getReady() ? ", ready" : ", not ready"));
        }
        for (PodVolume volume : pod.getVolumesList()) {
            facts.line("volume", volume.getVolumeId() + ", " + described(volume));
        }
    }

    private static String described(PodVolume volume) {
        String size = ", " + volume.getSizeGb() + " GB";
        return switch (volume.getKind()) {
            case SYSTEM_VOLUME -> "system" + size;
            case POD_VOLUME -> "pod" + size + ", at " + volume.getMountPath();
            case NETWORK_VOLUME -> "network" + size + ", at " + volume.getMountPath();
            case VOLUME_KIND_UNSPECIFIED, UNRECOGNIZED -> "of a kind that this client does not know" + size;
        };
    }

    private String since(boolean known, Timestamp time) {
        return known ? Human.time(time) + " (" + Human.age(true, time, clock) + " ago)" : "";
    }
}
