package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may ask of the kernel. Root has all of it on a plain host, and less in a container or sandbox. */
final class Capabilities {
    private static final int SYS_RESOURCE = 24;
    private static final boolean MAY_GROW_MOUNTED = has(SYS_RESOURCE);

    private Capabilities() {}

    static boolean mayGrowMounted() {
        return MAY_GROW_MOUNTED;
    }

    private static boolean has(int capability) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:")) {
                    return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> capability & 1) == 1;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Then the slower way, which needs no privilege, is the right one.
            return false;
        }
        return false;
    }
}
