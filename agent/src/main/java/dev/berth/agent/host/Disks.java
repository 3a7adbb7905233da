package dev.berth.agent.host;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large the disk of a folder is, and what of it is kept. Reads the host; any thread. */
public final class Disks {
    private static final long GIB = 1L << 30;
    private static final long LEAST_KEPT_GB = 20;
    private static final long LEAST_RESERVE_BYTES = GIB;
    private static final long MOST_RESERVE_BYTES = 8 * GIB;

    private Disks() {}

    /** Its size less a tenth, which is at least 20 GB unless that were half of it; 0 where nothing can be read. */
    public static long givenAwayGb(Path folder) {
        return lessReserve(sizeBytes(folder) / GIB);
    }

    static long lessReserve(long sizeGb) {
        long tenth = (sizeGb + 9) / 10;
        long kept = sizeGb < 2 * LEAST_KEPT_GB ? tenth : Math.max(tenth, LEAST_KEPT_GB);
        return Math.max(0, sizeGb - kept);
    }

    /** Free space below which volumes take no more writes: a fiftieth of the disk, 1 to 8 GB. */
    public static long frozenBelowBytes(Path folder) {
        return Math.clamp(sizeBytes(folder) / 50, LEAST_RESERVE_BYTES, MOST_RESERVE_BYTES);
    }

    static long sizeBytes(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            FileStore store = Files.getFileStore(there);
            return store.getTotalSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }
}
