package dev.berth.controller.model;

/** Server-made id of a pod, {@code [a-z0-9]{16}}. */
public record PodId(String value) implements Comparable<PodId> {
    @Override
    public int compareTo(PodId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
