package dev.berth.cli.deployment;

import com.google.protobuf.Timestamp;
import dev.berth.cli.render.Facts;
import dev.berth.cli.render.Human;
import dev.berth.cli.workload.SpecFacts;
import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.Counters;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import java.time.InstantSource;

/** All that is known of one deployment, a line for each fact, for people. Pure. */
final class DeploymentDetails {
    private final Facts facts = new Facts(17);
    private final InstantSource clock;

    private DeploymentDetails(InstantSource clock) {
        this.clock = clock;
    }

    static String of(Deployment deployment, InstantSource clock) {
        DeploymentDetails details = new DeploymentDetails(clock);
        details.state(deployment);
        details.counters(deployment.getCounters());
        details.wish(deployment.getSpec());
        SpecFacts.add(deployment.getSpec().getTemplate(), details.facts);
        return details.facts.toString();
    }

    private void state(Deployment deployment) {
        facts.line("id", deployment.getId())
                .line("name", deployment.getSpec().getName())
                .line("state", DeploymentText.state(deployment.getState()))
                .line("message", deployment.getMessage())
                .line("version", Long.toString(deployment.getVersion()))
                .line("created", since(deployment.hasCreatedAt(), deployment.getCreatedAt()))
                .line("ended", since(deployment.hasEndedAt(), deployment.getEndedAt()))
                .line(
                        "held back until",
                        deployment.hasBackoffUntil()
                                ? Human.time(deployment.getBackoffUntil()) + ", after failures"
                                : "");
    }

    private void counters(Counters counters) {
        facts.line(
                "pods",
                counters.getPending() + " pending, " + counters.getStarting() + " starting, " + counters.getRunning()
                        + " running, " + counters.getEnding() + " ending, " + counters.getFinished() + " finished, "
                        + counters.getFailed() + " failed");
    }

    private void wish(DeploymentSpec spec) {
        facts.line("mode", DeploymentText.mode(spec.getMode()))
                .line("wanted", DeploymentText.wanted(spec))
                .line("gang", spec.getGang() ? "together or not at all, port " + port(spec) : "");
        if (spec.getMode() != DeploymentMode.REPLICA_SET) {
            facts.line("completion", completion(spec));
        }
    }

    private static String completion(DeploymentSpec spec) {
        if (spec.getCompletion() != Completion.EXIT_ZERO) {
            return "any exit code";
        }
        return "exit code 0" + (spec.hasBackoffLimit() ? ", at most " + spec.getBackoffLimit() + " failures" : "");
    }

    private static int port(DeploymentSpec spec) {
        return spec.getMasterPort() == 0 ? 29_500 : spec.getMasterPort();
    }

    private String since(boolean known, Timestamp time) {
        return known ? Human.time(time) + " (" + Human.age(true, time, clock) + " ago)" : "";
    }
}
