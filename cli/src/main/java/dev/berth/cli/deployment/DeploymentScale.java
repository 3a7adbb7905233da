package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Values;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.ScaleDeploymentRequest;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment scale}: new counts, at once. */
public final class DeploymentScale implements Verb {
    private static final String REPLICAS = "--replicas";
    private static final String PARALLELISM = "--parallelism";
    private static final String COMPLETIONS = "--completions";
    private static final String VERSION = "--expected-version";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("scale", "Change the counts of a deployment.")
                .addPositional(Options.parameter(0, "NAME", "Id or name of the deployment."))
                .addOption(Options.number(REPLICAS, "N", "Replicaset: pods to keep running, 0 to 10000."))
                .addOption(Options.number(PARALLELISM, "N", "Job: pods at a time, 1 to 10000."))
                .addOption(Options.number(
                        COMPLETIONS, "N", "Job: pods that shall end, 1 to 100000, not below those that have."))
                .addOption(Options.text(
                        VERSION, "V", "Only if it has this version, as get shows it; else exit code 4. Default: any."));
        GoalOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ScaleDeploymentRequest request = request(arguments, session.newKey());
        Waiting waiting =
                Waiting.of(arguments, request.hasReplicas() ? DeploymentMode.REPLICA_SET : DeploymentMode.JOB);
        Deployment deployment = Deployments.untilAnswered(session, stub -> stub.scaleDeployment(request))
                .getDeployment();
        return waiting.finish(deployment, session);
    }

    private static ScaleDeploymentRequest request(Arguments arguments, String key) {
        boolean replicas = arguments.has(REPLICAS);
        boolean job = arguments.has(PARALLELISM) || arguments.has(COMPLETIONS);
        if (replicas == job) {
            throw CliFailure.usage(
                    replicas
                            ? REPLICAS + " is of a replicaset, the other counts are of a job"
                            : "Nothing says how far to scale",
                    "Give " + REPLICAS + ", or " + PARALLELISM + " and " + COMPLETIONS);
        }
        ScaleDeploymentRequest.Builder request = ScaleDeploymentRequest.newBuilder()
                .setDeployment(arguments.parameter(0))
                .setIdempotencyKey(key);
        if (replicas) {
            request.setReplicas(Bounded.number(arguments, REPLICAS, 0, 10_000));
        }
        if (arguments.has(PARALLELISM)) {
            request.setParallelism(Bounded.number(arguments, PARALLELISM, 1, 10_000));
        }
        if (arguments.has(COMPLETIONS)) {
            request.setCompletions(Bounded.number(arguments, COMPLETIONS, 1, 100_000));
        }
        if (arguments.has(VERSION)) {
            request.setExpectedVersion(Values.positive(VERSION, arguments.text(VERSION, "")));
        }
        return request.build();
    }
}
