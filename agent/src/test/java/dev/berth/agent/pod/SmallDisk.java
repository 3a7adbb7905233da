package dev.berth.agent.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A "host's disk" of 512 MiB that is a file itself, and can be filled to so many megabytes and freed again. Needs root. */
final class SmallDisk implements AutoCloseable {
    final Path path;
    private final Path ballast;

    SmallDisk(Path folder) throws IOException {
        path = Files.createDirectory(folder.resolve("disk"));
        ballast = path.resolve("ballast");
        ShellImage.sh("truncate -s 512M " + folder + "/disk.ext4 && mkfs.ext4 -q -F -m 0 " + folder
                + "/disk.ext4 && mount -o loop " + folder + "/disk.ext4 " + path);
    }

    /** All of it but so much. */
    void fill(int leftMegabytes) throws IOException {
        ShellImage.sh("sync -f " + path + "; free=$(($(stat -f -c '%a * %S' " + path + "))); fallocate -l $((free - "
                + leftMegabytes + " * 1048576)) " + ballast + "; if [ " + leftMegabytes + " = 0 ]; then cat /dev/zero >"
                + path + "/rest 2>/dev/null || true; fi");
    }

    void free() throws IOException {
        ShellImage.sh("rm -f " + ballast + " " + path + "/rest");
    }

    @Override
    public void close() throws IOException {
        ShellImage.sh("umount " + path);
    }
}
