package dev.berth.cli.deployment;

import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Counters;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.DeploymentState;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deployments as lines of a table, and the words for their modes and states. Pure. */
final class DeploymentText {
    private DeploymentText() {}

    /** The words of {@code --mode}. */
    static Map<String, DeploymentMode> modes() {
        Map<String, DeploymentMode> modes = new LinkedHashMap<>();
        modes.put("replicaset", DeploymentMode.REPLICA_SET);
        modes.put("job", DeploymentMode.JOB);
        modes.put("container", DeploymentMode.CONTAINER);
        return modes;
    }

    /** The words of {@code --state}. */
    static Map<String, DeploymentState> states() {
        Map<String, DeploymentState> states = new LinkedHashMap<>();
        states.put("active", DeploymentState.ACTIVE);
        states.put("completed", DeploymentState.COMPLETED);
        states.put("failed", DeploymentState.DEPLOYMENT_FAILED);
        states.put("stopping", DeploymentState.DEPLOYMENT_STOPPING);
        states.put("stopped", DeploymentState.DEPLOYMENT_STOPPED);
        return states;
    }

    /** One line for each deployment. */
    static String table(List<Deployment> deployments, InstantSource clock) {
        Table table = new Table(
                "ID",
                "NAME",
                "MODE",
                "STATE",
                "WANTED",
                "PENDING",
                "STARTING",
                "RUNNING",
                "ENDING",
                "FINISHED",
                "FAILED",
                "AGE");
        for (Deployment deployment : deployments) {
            Counters counters = deployment.getCounters();
            table.row(
                    deployment.getId(),
                    deployment.getSpec().getName(),
                    mode(deployment.getSpec().getMode()),
                    state(deployment.getState()),
                    wanted(deployment.getSpec()),
                    Integer.toString(counters.getPending()),
                    Integer.toString(counters.getStarting()),
                    Integer.toString(counters.getRunning()),
                    Integer.toString(counters.getEnding()),
                    Integer.toString(counters.getFinished()),
                    Integer.toString(counters.getFailed()),
                    Human.age(deployment.hasCreatedAt(), deployment.getCreatedAt(), clock));
        }
        return table.toString();
    }

    /** "5" replicas, "10, 3 at a time", "1". */
    static String wanted(DeploymentSpec spec) {
        return switch (spec.getMode()) {
            case REPLICA_SET -> Integer.toString(spec.getReplicas());
            case JOB -> spec.getCompletions() + ", " + spec.getParallelism() + " at a time";
            case CONTAINER -> "1";
            case DEPLOYMENT_MODE_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
    }

    static String mode(DeploymentMode mode) {
        return switch (mode) {
            case REPLICA_SET -> "replicaset";
            case JOB -> "job";
            case CONTAINER -> "container";
            case DEPLOYMENT_MODE_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
    }

    static String state(DeploymentState state) {
        return switch (state) {
            case ACTIVE -> "ACTIVE";
            case COMPLETED -> "COMPLETED";
            case DEPLOYMENT_FAILED -> "FAILED";
            case DEPLOYMENT_STOPPING -> "STOPPING";
            case DEPLOYMENT_STOPPED -> "STOPPED";
            case DEPLOYMENT_STATE_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
    }

    /** "web: ACTIVE, 2 starting, 3 running", for a person who waits. */
    static String progress(Deployment deployment) {
        Counters counters = deployment.getCounters();
        StringBuilder text = new StringBuilder(Escape.text(deployment.getSpec().getName()))
                .append(": ")
                .append(state(deployment.getState()));
        count(text, counters.getPending(), "pending");
        count(text, counters.getStarting(), "starting");
        count(text, counters.getRunning(), "running");
        count(text, counters.getEnding(), "ending");
        count(text, counters.getFinished(), "finished");
        count(text, counters.getFailed(), "failed");
        return text.toString();
    }

    private static void count(StringBuilder text, int count, String word) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(word);
        }
    }
}
