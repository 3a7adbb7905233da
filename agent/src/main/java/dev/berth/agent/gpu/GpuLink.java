package dev.berth.agent.gpu;

/**
 * How well two GPUs of a host reach each other; each pair at most once. One that is not told has only the way across
 * sockets. Immutable.
 *
 * @param first UUID of the one with the lower index
 * @param nvlinks number of NVLinks between the two; 0 for other ways
 */
public record GpuLink(String first, String second, Way way, int nvlinks) {
    /** Best first. */
    public enum Way {
        NVLINK,
        /** Below the same PCIe switch. */
        SWITCH,
        /** On the same socket. */
        SOCKET
    }
}
