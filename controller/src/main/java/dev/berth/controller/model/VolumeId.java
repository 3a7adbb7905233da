package dev.berth.controller.model;

/** Server-made id of a volume, {@code [a-z0-9]{16}}. */
public record VolumeId(String value) implements Comparable<VolumeId> {
    /** Of the first volume of this kind that a pod asks for; {@code number} counts those of a kind from 0. */
    public static VolumeId derived(PodId podId, VolumeKind kind, int number) {
        return new VolumeId(DerivedId.of(podId.value() + "/" + kind.name() + "/" + number));
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
