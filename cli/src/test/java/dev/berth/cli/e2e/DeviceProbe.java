package dev.berth.cli.e2e;

import java.util.List;

/**
 * Asks the kernel what a container may open: puts a node for one of NVIDIA's minors into the container's /dev from
 * outside, as an escape inside would have to, and opens it inside. Each probe uses a new node.
 */
final class DeviceProbe {
    static final int NVIDIA_MAJOR = 195;
    /** Refused by the device cgroup. */
    static final int EPERM = 1;
    /** Granted, and no driver behind it. */
    static final int ENXIO = 6;

    private static final String OPEN = """
            import os, sys
            try:
                os.close(os.open(sys.argv[1], os.O_RDWR))
                print(0)
            except OSError as e:
                print(e.errno)
            """;

    private final String container;
    private int probes;

    DeviceProbe(String container) {
        this.container = container;
    }

    /** The errno of opening a fresh node of the minor; 0 where it opens. */
    int open(int minor) {
        String node = "/dev/e2e-probe-" + ++probes;
        String fromOutside = "/proc/" + Engine.pidOf(container) + "/root" + node;
        Execution.run(List.of(
                        "mknod",
                        "-m",
                        "666",
                        fromOutside,
                        "c",
                        Integer.toString(NVIDIA_MAJOR),
                        Integer.toString(minor)))
                .succeeded();
        return Integer.parseInt(
                Engine.exec(container, "python3", "-c", OPEN, node).strip());
    }
}
