package dev.berth.controller.model;

/** Server-made id of a deployment, {@code [a-z0-9]{16}}. */
public record DeploymentId(String value) implements Comparable<DeploymentId> {
    @Override
    public int compareTo(DeploymentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
