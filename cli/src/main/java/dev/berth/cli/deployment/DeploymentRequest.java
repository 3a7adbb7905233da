package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Values;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.workload.SpecEdit;
import dev.berth.cli.workload.Use;
import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.PodSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** The wish that the options of {@code deployment create} describe: mode and counts around a template. Pure. */
final class DeploymentRequest {
    private static final String MODE = "--mode";
    private static final String REPLICAS = "--replicas";
    private static final String COMPLETIONS = "--completions";
    private static final String PARALLELISM = "--parallelism";
    private static final String COMPLETION = "--completion";
    private static final String BACKOFF_LIMIT = "--backoff-limit";
    private static final String GANG = "--gang";
    private static final String MASTER_PORT = "--master-port";

    private DeploymentRequest() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.text(MODE, "MODE", "replicaset, job or container (a job of one). Required."))
                .addOption(Options.number(REPLICAS, "N", "Replicaset: pods to keep running, 0 to 10000. Required."))
                .addOption(Options.number(COMPLETIONS, "N", "Job: pods that shall end, 1 to 100000. Required."))
                .addOption(Options.number(PARALLELISM, "N", "Job: pods at a time, 1 to 10000. Required."))
                .addOption(Options.text(
                        COMPLETION,
                        "WHICH",
                        "Job, container: the end that counts, any-exit or exit-zero. Default: any-exit."))
                .addOption(Options.number(
                        BACKOFF_LIMIT, "N", "With exit-zero: failures before it gives up, 0 to 1000. Default: 6."))
                .addOption(
                        Options.flag(GANG, "Place all pods together or none: on one host, or on hosts of one fabric."))
                .addOption(
                        Options.number(MASTER_PORT, "PORT", "MASTER_PORT of a gang, 1024 to 65535. Default: 29500."));
    }

    static DeploymentSpec of(Arguments arguments) {
        DeploymentMode mode = mode(arguments);
        DeploymentSpec.Builder spec =
                DeploymentSpec.newBuilder().setName(arguments.parameter(0)).setMode(mode);
        switch (mode) {
            case REPLICA_SET -> replicaSet(arguments, spec);
            case JOB -> job(arguments, spec);
            case CONTAINER, DEPLOYMENT_MODE_UNSPECIFIED, UNRECOGNIZED -> container(arguments, spec);
        }
        gang(arguments, spec);
        return spec.setTemplate(SpecEdit.of(arguments, PodSpec.getDefaultInstance(), Use.TEMPLATE))
                .build();
    }

    private static DeploymentMode mode(Arguments arguments) {
        if (!arguments.has(MODE)) {
            throw CliFailure.usage(
                    "A deployment needs a mode",
                    "Add " + MODE + " replicaset, " + MODE + " job or " + MODE + " container");
        }
        return Values.word(MODE, arguments.text(MODE, ""), DeploymentText.modes());
    }

    private static void replicaSet(Arguments arguments, DeploymentSpec.Builder spec) {
        refuse(arguments, "replicaset", COMPLETIONS, PARALLELISM, COMPLETION, BACKOFF_LIMIT);
        spec.setReplicas(required(arguments, "replicaset", REPLICAS, 0, 10_000));
    }

    private static void job(Arguments arguments, DeploymentSpec.Builder spec) {
        refuse(arguments, "job", REPLICAS);
        spec.setCompletions(required(arguments, "job", COMPLETIONS, 1, 100_000))
                .setParallelism(required(arguments, "job", PARALLELISM, 1, 10_000));
        completion(arguments, spec);
    }

    private static void container(Arguments arguments, DeploymentSpec.Builder spec) {
        refuse(arguments, "container", REPLICAS, COMPLETIONS, PARALLELISM);
        completion(arguments, spec);
    }

    private static void completion(Arguments arguments, DeploymentSpec.Builder spec) {
        if (arguments.has(COMPLETION)) {
            Map<String, Completion> words = new LinkedHashMap<>();
            words.put("any-exit", Completion.ANY_EXIT);
            words.put("exit-zero", Completion.EXIT_ZERO);
            spec.setCompletion(Values.word(COMPLETION, arguments.text(COMPLETION, ""), words));
        }
        if (arguments.has(BACKOFF_LIMIT)) {
            if (spec.getCompletion() != Completion.EXIT_ZERO) {
                throw CliFailure.usage(
                        BACKOFF_LIMIT + " counts failures, but without exit-zero any end is a completion",
                        "Add " + COMPLETION + " exit-zero, or leave " + BACKOFF_LIMIT + " out");
            }
            spec.setBackoffLimit(Bounded.number(arguments, BACKOFF_LIMIT, 0, 1000));
        }
    }

    private static void gang(Arguments arguments, DeploymentSpec.Builder spec) {
        spec.setGang(arguments.has(GANG));
        if (arguments.has(MASTER_PORT)) {
            if (!spec.getGang()) {
                throw CliFailure.usage(
                        MASTER_PORT + " is for gangs only", "Add " + GANG + ", or leave " + MASTER_PORT + " out");
            }
            spec.setMasterPort(Bounded.number(arguments, MASTER_PORT, 1024, 65_535));
        }
        if (spec.getGang() && spec.getCompletions() != spec.getParallelism()) {
            throw CliFailure.usage(
                    "A gang runs together, but " + COMPLETIONS + " is " + spec.getCompletions() + " and " + PARALLELISM
                            + " " + spec.getParallelism(),
                    "Give both the size of the gang, or leave " + GANG + " out");
        }
    }

    private static int required(Arguments arguments, String mode, String option, int least, int most) {
        if (!arguments.has(option)) {
            throw CliFailure.usage(
                    "A " + mode + " needs " + option, "Give " + option + " a number from " + least + " to " + most);
        }
        return Bounded.number(arguments, option, least, most);
    }

    private static void refuse(Arguments arguments, String mode, String... options) {
        for (String option : options) {
            if (arguments.has(option)) {
                throw CliFailure.usage("A " + mode + " has no " + option, "Leave it out, or choose another " + MODE);
            }
        }
    }
}
