package dev.berth.controller.model;

/**
 * A wish for pods, checked and with defaults filled in. A Container is stored as a Job of one with its own mode.
 *
 * @param count replicas of a ReplicaSet, completions of a Job
 * @param parallelism most pods of a Job at a time; {@code count} for a ReplicaSet
 * @param backoffLimit failures of the user's process that a Job with EXIT_ZERO survives
 * @param masterPort MASTER_PORT of a gang
 * @param template what each pod is; its name is not used
 */
public record DeploymentSpec(
        String name,
        DeploymentMode mode,
        int count,
        int parallelism,
        Completion completion,
        int backoffLimit,
        boolean gang,
        int masterPort,
        PodSpec template) {
    public boolean isReplicaSet() {
        return mode == DeploymentMode.REPLICA_SET;
    }

    public DeploymentSpec withCounts(int newCount, int newParallelism) {
        return new DeploymentSpec(
                name, mode, newCount, newParallelism, completion, backoffLimit, gang, masterPort, template);
    }

    public DeploymentSpec withTemplate(PodSpec newTemplate) {
        return new DeploymentSpec(
                name, mode, count, parallelism, completion, backoffLimit, gang, masterPort, newTemplate);
    }
}
