package dev.berth.agent.gpu;

/** What a GPU can execute, as two numbers: 8.9 is an RTX 4090, 12.0 an RTX 5090. */
public record ComputeCapability(int major, int minor) {
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
