package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Loop devices. Mounts make theirs with autoclear, so that the kernel detaches one with the last mount of it, in
 * whatever namespace that is: an agent that dies between two steps leaks none. Stateless; any thread.
 */
final class Loops {
    private static final Duration QUICK = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 5_000_000;

    private Loops() {}

    /** Devices over this very file, by its inode. */
    static List<String> of(Path file) {
        String found = VolumeTools.run(QUICK, "losetup", "-n", "-O", "NAME", "-j", file.toString());
        return found.isEmpty() ? List.of() : found.lines().map(String::strip).toList();
    }

    /** Past the host's page cache: no page is kept twice, and a write that cannot be stored fails where it is made. */
    static void directly(String device) {
        VolumeTools.attempt(QUICK, null, null, List.of("losetup", "--direct-io=on", device));
    }

    /**
     * Waits until nothing holds the file: starting containers hold every mount of the host for a moment.
     *
     * @throws VolumeException BUSY when it does not come free
     */
    static void awaitFree(Path file, String what, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        List<String> held = of(file);
        while (!held.isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new VolumeException(
                        Kind.BUSY,
                        what + " is still in use through " + String.join(", ", held)
                                + ", in another mount namespace perhaps; find who with: grep -l "
                                + held.getFirst() + " /proc/[0-9]*/mountinfo");
            }
            LockSupport.parkNanos(POLL_NANOS);
            held = of(file);
        }
    }
}
