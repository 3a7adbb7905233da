package dev.berth.cli.workload;

import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Connectivity;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.ResourceRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Pods as lines of a table for people. Pure. */
public final class PodText {
    private PodText() {}

    /** One line for each pod; their deployments only where there are any. */
    public static String table(List<Pod> pods, InstantSource clock) {
        boolean deployments = false;
        for (Pod pod : pods) {
            deployments |= !pod.getDeploymentId().isEmpty();
        }
        Table table = new Table(row(
                deployments ? "DEPLOYMENT" : "", "ID", "NAME", "STATE", "GPUS", "HOST", "GPU-HOUR", "AGE", "REASON"));
        for (Pod pod : pods) {
            String alone = deployments ? "-" : "";
            table.row(row(
                    pod.getDeploymentId().isEmpty() ? alone : pod.getDeploymentId() + "/" + pod.getDeploymentIndex(),
                    pod.getId(),
                    pod.getSpec().getName(),
                    state(pod),
                    gpus(pod),
                    pod.getHostName(),
                    Human.dollars(pod.getGpuHourMicros()),
                    age(pod, clock),
                    why(pod)));
        }
        return table.toString();
    }

    /** The cells, and the deployment after the first two of them unless it is empty. */
    private static String[] row(String deployment, String... cells) {
        List<String> row = new ArrayList<>(List.of(cells));
        if (!deployment.isEmpty()) {
            row.add(2, deployment);
        }
        return row.toArray(String[]::new);
    }

    public static String age(Pod pod, InstantSource clock) {
        return Human.age(pod.hasCreatedAt(), pod.getCreatedAt(), clock);
    }

    /** "RUNNING, locked", "INITIALIZING (QUEUED, 3 in line)", "INITIALIZING (pulling 43 %)". */
    public static String state(Pod pod) {
        String state = pod.getState().name();
        if (pod.getDetail() != PodDetail.POD_DETAIL_UNSPECIFIED
                || !pod.getProgress().isEmpty()) {
            String progress = pod.getProgress().isEmpty() ? pod.getDetail().name() : pod.getProgress();
            String place = pod.getQueuePosition() > 0 ? ", " + pod.getQueuePosition() + " in line" : "";
            state += " (" + progress + place + ")";
        }
        String locked = pod.getLocked() ? ", locked" : "";
        return state + (pod.getConnectivity() == Connectivity.HOST_UNREACHABLE ? ", HOST_UNREACHABLE" : "") + locked;
    }

    /** "2 x RTX 4090 SIMULATED", "8 CPU units, spot"; what is asked for while nothing is granted. */
    public static String gpus(Pod pod) {
        ResourceRequest request = pod.getSpec().getRequest();
        String more =
                (pod.getSimulated() ? " SIMULATED" : "") + (request.getPurchase() == Purchase.SPOT ? ", spot" : "");
        if (pod.getWithoutGpus()) {
            return "none, to rescue data";
        }
        if (request.getCpuUnits() > 0) {
            String units = request.getCpuUnits() + " CPU units";
            return (pod.hasGrant() ? units : "(" + units + ")") + more;
        }
        if (pod.hasGrant()) {
            return pod.getGrant().getUnitIdsCount() + " x " + pod.getGrant().getGpuModel() + more;
        }
        int count = Math.max(1, request.getGpuCount());
        List<String> models = request.getGpuModelsList();
        return "(" + count + " x " + (models.isEmpty() ? "any" : String.join(" | ", models)) + ")" + more;
    }

    /** The reason of the state; of a pod in the queue what it waits for, and until when at least. */
    public static String why(Pod pod) {
        String why = pod.getQueueReason().isEmpty() ? reason(pod) : pod.getQueueReason();
        if (!pod.hasEarliestStart()) {
            return why;
        }
        return why + (why.isEmpty() ? "" : "; ") + "not before " + Human.time(pod.getEarliestStart());
    }

    /** "CONTAINER_EXITED (exit code 3)", "USER"; empty when there is none. */
    public static String reason(Pod pod) {
        if (pod.getReason() == Reason.REASON_UNSPECIFIED) {
            return "";
        }
        String reason = name(pod.getReason());
        return pod.hasExitCode() ? reason + " (exit code " + pod.getExitCode() + ")" : reason;
    }

    public static String name(Reason reason) {
        return switch (reason) {
            case REASON_UNSPECIFIED -> "";
            case REASON_USER -> "USER";
            case REASON_ADMIN -> "ADMIN";
            default -> reason.name();
        };
    }
}
