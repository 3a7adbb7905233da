package dev.berth.agent.model;

/**
 * How well two units of the host reach each other. A pair without one has only the way across sockets.
 *
 * @param first place in the list of units, below {@code second}
 * @param nvlinks number of NVLinks between the two; 0 for other connections
 */
public record UnitLink(int first, int second, Connection connection, int nvlinks) {
    /** Best first. */
    public enum Connection {
        NVLINK,
        /** Below the same PCIe switch. */
        SWITCH,
        /** On the same socket. */
        SOCKET
    }
}
