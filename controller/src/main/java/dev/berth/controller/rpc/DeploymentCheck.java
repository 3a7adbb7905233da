package dev.berth.controller.rpc;

import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Unplaced;
import java.util.List;

/** The limits that deployments.proto sets on each field of a DeploymentSpec. Pure; called by {@link DeploymentRequests}. */
final class DeploymentCheck {
    private static final int MAX_NAME = 63;
    private static final int MAX_PODS = 10_000;
    private static final int MAX_COMPLETIONS = 100_000;
    private static final int MAX_GANG = 256;
    private static final List<String> GANG_WORDS = List.of("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT");

    private DeploymentCheck() {}

    /** {@code path} is that of the spec within the message: "spec". */
    static void check(DeploymentSpec spec, String path, Violations violations) {
        name(spec.getName(), path + ".name", violations);
        counts(spec, path, violations);
        completion(spec, path, violations);
        gang(spec, path, violations);
        violations.check(spec.hasTemplate(), path + ".template", "must be set: what each pod is");
        if (spec.hasTemplate()) {
            template(spec.getTemplate(), path + ".template", violations);
        }
    }

    private static void name(String name, String field, Violations violations) {
        violations.length(field, name, 1, MAX_NAME);
        if (!Text.isMadeOf(name, SpecCheck.NAME_PUNCTUATION)) {
            violations.add(field, "must be letters, digits, space, '.', '_' or '-', is " + Text.quote(name));
        }
    }

    static void template(PodSpec template, String path, Violations violations) {
        SpecCheck.checkTemplate(template, path, violations);
        if (template.hasQueueTimeout()) {
            violations.check(
                    template.getUnplaced() != Unplaced.FAIL_FAST,
                    path + ".queue_timeout",
                    "is only for unplaced QUEUE");
        }
    }

    private static void counts(DeploymentSpec spec, String path, Violations violations) {
        DeploymentMode mode = spec.getMode();
        switch (mode) {
            case REPLICA_SET -> {
                replicas(spec.getReplicas(), path + ".replicas", violations);
                onlyFor("a JOB", spec.getCompletions(), path + ".completions", mode, violations);
                onlyFor("a JOB", spec.getParallelism(), path + ".parallelism", mode, violations);
            }
            case JOB -> {
                onlyFor("a REPLICA_SET", spec.getReplicas(), path + ".replicas", mode, violations);
                completions(spec.getCompletions(), path + ".completions", violations);
                if (spec.getParallelism() == 0) {
                    violations.add(path + ".parallelism", "must be set for a JOB: pods at a time, 1.." + MAX_PODS);
                } else {
                    parallelism(spec.getParallelism(), path + ".parallelism", violations);
                }
            }
            case CONTAINER -> {
                onlyFor("a REPLICA_SET", spec.getReplicas(), path + ".replicas", mode, violations);
                onlyFor("a JOB", spec.getCompletions(), path + ".completions", mode, violations);
                onlyFor("a JOB", spec.getParallelism(), path + ".parallelism", mode, violations);
            }
            case DEPLOYMENT_MODE_UNSPECIFIED -> violations.add(path + ".mode", "must be REPLICA_SET, JOB or CONTAINER");
            case UNRECOGNIZED -> violations.add(path + ".mode", "is not known to this version: " + spec.getModeValue());
        }
    }

    static void replicas(int replicas, String field, Violations violations) {
        violations.range(field, replicas, 0, MAX_PODS);
    }

    static void completions(int completions, String field, Violations violations) {
        violations.range(field, completions, 1, MAX_COMPLETIONS);
    }

    static void parallelism(int parallelism, String field, Violations violations) {
        violations.range(field, parallelism, 1, MAX_PODS);
    }

    private static void onlyFor(String whom, int value, String field, DeploymentMode mode, Violations violations) {
        violations.check(value == 0, field, "is for " + whom + " only and must not be set for a " + mode);
    }

    private static void completion(DeploymentSpec spec, String path, Violations violations) {
        boolean replicaSet = spec.getMode() == DeploymentMode.REPLICA_SET;
        if (spec.getCompletion() == Completion.UNRECOGNIZED) {
            violations.add(path + ".completion", "is not known to this version: " + spec.getCompletionValue());
        }
        violations.check(
                !replicaSet || spec.getCompletion() == Completion.COMPLETION_UNSPECIFIED,
                path + ".completion",
                "is for a JOB or a CONTAINER only: a REPLICA_SET never completes");
        if (spec.hasBackoffLimit()) {
            violations.check(
                    spec.getCompletion() == Completion.EXIT_ZERO,
                    path + ".backoff_limit",
                    "is for completion EXIT_ZERO only");
            violations.range(path + ".backoff_limit", spec.getBackoffLimit(), 0, 1000);
        }
    }

    private static void gang(DeploymentSpec spec, String path, Violations violations) {
        if (spec.getMasterPort() != 0) {
            violations.check(spec.getGang(), path + ".master_port", "is for a gang only");
            violations.range(path + ".master_port", spec.getMasterPort(), 1024, 65_535);
        }
        if (!spec.getGang()) {
            return;
        }
        String atMost = "is at most " + MAX_GANG + " for a gang, whose pods are placed together";
        violations.check(spec.getReplicas() <= MAX_GANG, path + ".replicas", atMost);
        violations.check(spec.getCompletions() <= MAX_GANG, path + ".completions", atMost);
        violations.check(
                spec.getMode() != DeploymentMode.JOB || spec.getCompletions() == spec.getParallelism(),
                path + ".parallelism",
                "must equal completions for a gang: all its pods run together");
        for (String word : GANG_WORDS) {
            violations.check(
                    !spec.getTemplate().containsEnv(word),
                    path + ".template.env",
                    word + " is set by the platform for the pods of a gang");
        }
    }
}
