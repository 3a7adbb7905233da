package dev.berth.agent.gpu;

/**
 * The minors of NVIDIA's device major that one agent's simulated GPUs use: {@code base} to {@code base + count - 1}. Immutable.
 */
public record MinorRange(int base, int count) {
    /** Minors for GPUs are 0 to 253; 254 is nvidia-modeset and 255 nvidiactl. */
    public static final int MINORS = 254;

    public MinorRange {
        if (base < 0 || count < 0 || base + count > MINORS) {
            throw new IllegalArgumentException(
                    "minors " + base + " to " + (base + count - 1) + " are not all within 0 to " + (MINORS - 1));
        }
    }

    public boolean overlaps(MinorRange other) {
        return base < other.base + other.count && other.base < base + count;
    }
}
