package dev.berth.controller.model;

import java.util.Optional;

/** A CUDA version as two integers, so that 12.10 is above 12.2. */
public record CudaVersion(int major, int minor) implements Comparable<CudaVersion> {
    public static final CudaVersion ANY = new CudaVersion(0, 0);

    /** Empty when the text is not {@code <int>.<int>} or {@code <int>}, each of at most four digits. */
    public static Optional<CudaVersion> parse(String text) {
        int dot = text.indexOf('.');
        String major = dot < 0 ? text : text.substring(0, dot);
        String minor = dot < 0 ? "0" : text.substring(dot + 1);
        return isNumber(major) && isNumber(minor)
                ? Optional.of(new CudaVersion(Integer.parseInt(major), Integer.parseInt(minor)))
                : Optional.empty();
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public int compareTo(CudaVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
