package dev.berth.agent.gpu;

import java.util.Comparator;

/** The newest CUDA that a driver runs, as two numbers, because 12.10 is more than 12.2. */
public record CudaVersion(int major, int minor) implements Comparable<CudaVersion> {
    private static final Comparator<CudaVersion> BY_NUMBERS =
            Comparator.comparingInt(CudaVersion::major).thenComparingInt(CudaVersion::minor);

    @Override
    public int compareTo(CudaVersion other) {
        return BY_NUMBERS.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
