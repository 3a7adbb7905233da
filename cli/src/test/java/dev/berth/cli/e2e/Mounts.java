package dev.berth.cli.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's table of mounts and its loop devices, as far as they are below a folder. Any thread. */
public final class Mounts {
    private static final int POINT = 4;

    private Mounts() {}

    /** Mount points below the folder, the newest first. Test folders hold nothing that the table would escape. */
    public static List<String> below(Path folder) {
        try {
            List<String> points = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                String point = line.split(" ")[POINT];
                if (point.startsWith(folder.toRealPath() + "/")) {
                    points.addFirst(point);
                }
            }
            return points;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the table of mounts", e);
        }
    }

    /** Loop devices over files below the folder. */
    public static List<String> loopsOver(Path folder) {
        return Execution.run(List.of("losetup", "-a"))
                .succeeded()
                .out()
                .lines()
                .filter(line -> line.contains("(" + folder + "/"))
                .toList();
    }

    /** Whatever is mounted below the folder, so that it can be deleted. */
    public static void unmountAllBelow(Path folder) {
        for (String point : below(folder)) {
            Execution.run(List.of("umount", "--", point));
        }
        if (!below(folder).isEmpty()) {
            throw new AssertionError("mounts are left below " + folder + ": " + below(folder));
        }
    }
}
