package dev.berth.agent.container;

/**
 * One device node of the host and the path under which a container sees it. The container may read and write it,
 * never make nodes.
 */
public record DeviceNode(String hostPath, String containerPath) {
    public DeviceNode {
        if (!hostPath.startsWith("/") || !containerPath.startsWith("/dev/")) {
            throw new IllegalArgumentException(
                    "a device node needs an absolute host path and a container path below /dev, not " + hostPath
                            + " as " + containerPath);
        }
    }
}
