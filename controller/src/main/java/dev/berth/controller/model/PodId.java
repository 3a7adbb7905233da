package dev.berth.controller.model;

/** Server-made id of a pod, {@code [a-z0-9]{16}}. */
public record PodId(String value) implements Comparable<PodId> {
    /**
     * The id of the pod that a deployment's record of this version makes: pure, so that a replay of the decision gives
     * the same, and as good as random to those who do not know the cluster's id.
     */
    public static PodId derived(String clusterId, DeploymentId deploymentId, long recordVersion) {
        return new PodId(DerivedId.of(clusterId + "/" + deploymentId.value() + "/" + recordVersion));
    }

    @Override
    public int compareTo(PodId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
