package dev.berth.controller.model;

/** Server-made id of a volume, {@code [a-z0-9]{16}}. */
public record VolumeId(String value) implements Comparable<VolumeId> {
    /** Of the volume of this kind that a pod asks for: it asks once, and whatever is restored into it has its own id. */
    public static VolumeId derived(PodId podId, VolumeKind kind) {
        return new VolumeId(DerivedId.of(podId.value() + "/" + kind.name() + "/0"));
    }

    @Override
    public int compareTo(VolumeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
