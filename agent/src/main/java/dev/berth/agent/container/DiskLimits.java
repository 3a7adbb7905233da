package dev.berth.agent.container;

import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Whether the engine's storage driver can limit what a container writes: overlay2 over XFS with project quotas. Pure. */
final class DiskLimits {
    private static final Set<String> QUOTA_OPTIONS = Set.of("prjquota", "pquota");
    private static final int POINT = 4;

    private DiskLimits() {}

    static boolean available(Info info) {
        List<List<String>> status = info.getDriverStatuses() == null ? List.of() : info.getDriverStatuses();
        boolean overXfs = status.stream()
                .anyMatch(line -> line.size() > 1
                        && line.get(0).equals("Backing Filesystem")
                        && line.get(1).equals("xfs"));
        if (!"overlay2".equals(info.getDriver()) || !overXfs || info.getDockerRootDir() == null) {
            return false;
        }
        try {
            return hasProjectQuota(
                    Files.readAllLines(Path.of("/proc/self/mountinfo")), Path.of(info.getDockerRootDir()));
        } catch (IOException e) {
            return false;
        }
    }

    /** Of the file system that holds the folder: its mount is the longest point that leads there. */
    static boolean hasProjectQuota(List<String> mountInfo, Path folder) {
        int longest = -1;
        boolean quota = false;
        for (String line : mountInfo) {
            String[] parts = line.split(" - ", 2);
            String[] fields = parts[0].split(" ");
            if (parts.length < 2 || fields.length <= POINT || !folder.startsWith(Path.of(fields[POINT]))) {
                continue;
            }
            if (fields[POINT].length() >= longest) {
                longest = fields[POINT].length();
                String[] behind = parts[1].split(" ");
                String options = behind.length > 2 ? behind[2] : "";
                quota = Arrays.stream(options.split(",")).anyMatch(QUOTA_OPTIONS::contains);
            }
        }
        return quota;
    }
}
