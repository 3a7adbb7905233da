package dev.berth.controller.model;

/** Inclusive range; 0 at either end means open at that end. */
public record IntRange(int min, int max) {
    public static final IntRange ANY = new IntRange(0, 0);

    /** Whether {@code value / scale} lies in the range, without rounding: {@code value} is in 1/scale units. */
    public boolean contains(long value, long scale) {
        return value >= min * scale && (max == 0 || value <= max * scale);
    }

    public boolean isAny() {
        return min == 0 && max == 0;
    }

    @Override
    public String toString() {
        return (min == 0 ? "" : min) + ".." + (max == 0 ? "" : max);
    }
}
