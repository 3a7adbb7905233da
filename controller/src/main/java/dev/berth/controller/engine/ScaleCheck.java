package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether new counts suit a deployment: the spec that they make, or the refusal. The limits of each are checked by rpc. Pure. */
sealed interface ScaleCheck {
    int MOST_OF_A_GANG = 256;

    record Yes(DeploymentSpec spec, String what) implements ScaleCheck {}

    record No(Reply.Refused why) implements ScaleCheck {}

    /** {@code done}: completions so far. */
    static ScaleCheck scaled(Deployment now, Event.DeploymentScaled event, int done) {
        DeploymentSpec spec = now.spec();
        if (spec.mode() != DeploymentMode.REPLICA_SET && event.replicas() != null) {
            return wrongField(now, "replicas", "REPLICA_SET");
        }
        if (spec.mode() != DeploymentMode.JOB && event.parallelism() != null) {
            return wrongField(now, "parallelism", "JOB");
        }
        if (spec.mode() != DeploymentMode.JOB && event.completions() != null) {
            return wrongField(now, "completions", "JOB");
        }
        if (spec.isReplicaSet()) {
            int replicas = either(event.replicas(), spec.count());
            return gangFits(now, spec.withCounts(replicas, replicas), "scaled to " + replicas + " replicas");
        }
        int completions = either(event.completions(), spec.count());
        int parallelism = either(event.parallelism(), spec.parallelism());
        if (completions < done) {
            return refused(now, "has " + done + " completions already; it cannot be scaled down to " + completions);
        }
        return gangFits(
                now,
                spec.withCounts(completions, parallelism),
                "scaled to " + completions + " completions, " + parallelism + " at a time");
    }

    static ScaleCheck oneFewer(Deployment now) {
        DeploymentSpec spec = now.spec();
        if (spec.isReplicaSet()) {
            int replicas = Math.max(0, spec.count() - 1);
            return new Yes(spec.withCounts(replicas, replicas), "scaled to " + replicas + " replicas with one stopped");
        }
        if (spec.gang() || spec.parallelism() == 1) {
            return refused(
                    now,
                    spec.gang()
                            ? "is a gang, whose size is that of its Job; stop the pod without decrease_replicas"
                            : "runs one pod at a time, which cannot be fewer; stop the deployment instead");
        }
        int parallelism = spec.parallelism() - 1;
        return new Yes(
                spec.withCounts(spec.count(), parallelism), "scaled to " + parallelism + " at a time with one stopped");
    }

    private static int either(@Nullable Integer asked, int now) {
        return Objects.requireNonNullElse(asked, now);
    }

    private static ScaleCheck gangFits(Deployment now, DeploymentSpec spec, String what) {
        if (spec.gang() && spec.count() > MOST_OF_A_GANG) {
            return refused(now, "is a gang, of which at most " + MOST_OF_A_GANG + " pods are placed together");
        }
        if (spec.gang() && !spec.isReplicaSet() && spec.count() != spec.parallelism()) {
            return refused(now, "is a gang: its completions must equal its parallelism; scale both");
        }
        return new Yes(spec, what);
    }

    private static ScaleCheck wrongField(Deployment now, String field, String mode) {
        return new No(new Reply.Refused(
                Reply.Kind.INVALID_ARGUMENT,
                field,
                "is for " + mode + " only; deployment " + now.id() + " (" + now.name() + ") is a "
                        + now.spec().mode()));
    }

    private static ScaleCheck refused(Deployment now, String why) {
        return new No(Reply.refused(
                Reply.Kind.FAILED_PRECONDITION, "deployment " + now.id() + " (" + now.name() + ") " + why + "."));
    }
}
