package dev.berth.cli.pod;

import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Connectivity;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.Reason;
import java.time.InstantSource;
import java.util.List;

/** Pods as lines of a table for people. Pure. */
final class PodText {
    private PodText() {}

    /** One line for each pod. */
    static String table(List<Pod> pods, InstantSource clock) {
        Table table = new Table("ID", "NAME", "STATE", "GPUS", "HOST", "GPU-HOUR", "AGE", "REASON");
        for (Pod pod : pods) {
            table.row(
                    pod.getId(),
                    pod.getSpec().getName(),
                    state(pod),
                    gpus(pod),
                    pod.getHostName(),
                    Human.dollars(pod.getGpuHourMicros()),
                    Human.age(pod.hasCreatedAt(), pod.getCreatedAt(), clock),
                    reason(pod));
        }
        return table.toString();
    }

    /** "RUNNING", "INITIALIZING (QUEUED, 3 in line)", "INITIALIZING (pulling 43 %)". */
    static String state(Pod pod) {
        String state = pod.getState().name();
        if (pod.getDetail() != PodDetail.POD_DETAIL_UNSPECIFIED
                || !pod.getProgress().isEmpty()) {
            String progress = pod.getProgress().isEmpty() ? pod.getDetail().name() : pod.getProgress();
            String place = pod.getQueuePosition() > 0 ? ", " + pod.getQueuePosition() + " in line" : "";
            state += " (" + progress + place + ")";
        }
        return pod.getConnectivity() == Connectivity.HOST_UNREACHABLE ? state + ", HOST_UNREACHABLE" : state;
    }

    /** "2 x RTX 4090 SIMULATED"; what is asked for while nothing is granted. */
    static String gpus(Pod pod) {
        String simulated = pod.getSimulated() ? " SIMULATED" : "";
        if (pod.hasGrant()) {
            return pod.getGrant().getUnitIdsCount() + " x " + pod.getGrant().getGpuModel() + simulated;
        }
        int count = Math.max(1, pod.getSpec().getRequest().getGpuCount());
        List<String> models = pod.getSpec().getRequest().getGpuModelsList();
        return "(" + count + " x " + (models.isEmpty() ? "any" : String.join(" | ", models)) + ")" + simulated;
    }

    /** "CONTAINER_EXITED (exit code 3)", "USER"; empty when there is none. */
    static String reason(Pod pod) {
        if (pod.getReason() == Reason.REASON_UNSPECIFIED) {
            return "";
        }
        String reason = name(pod.getReason());
        return pod.hasExitCode() ? reason + " (exit code " + pod.getExitCode() + ")" : reason;
    }

    static String name(Reason reason) {
        return switch (reason) {
            case REASON_UNSPECIFIED -> "";
            case REASON_USER -> "USER";
            case REASON_ADMIN -> "ADMIN";
            default -> reason.name();
        };
    }
}
