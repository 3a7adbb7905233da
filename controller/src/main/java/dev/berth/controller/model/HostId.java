package dev.berth.controller.model;

/** Id that an agent made at its first start, {@code [a-z0-9]{16}}. */
public record HostId(String value) implements Comparable<HostId> {
    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
