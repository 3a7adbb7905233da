package dev.berth.controller.model;

/** Who owns pods and pays. */
public record TenantId(String value) implements Comparable<TenantId> {
    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
