package dev.berth.controller.model;

/**
 * How two GPUs of a host reach each other; a pair without a link has only the way across sockets.
 *
 * @param first place in the host's list of units, below {@code second}
 * @param nvlinks number of NVLinks between the two, 0 for other connections
 */
public record GpuLink(int first, int second, Connection connection, int nvlinks) {
    /** Best first. */
    public enum Connection {
        NVLINK,
        /** Below the same PCIe switch. */
        SWITCH,
        /** On the same socket (NUMA node). */
        SOCKET
    }
}
