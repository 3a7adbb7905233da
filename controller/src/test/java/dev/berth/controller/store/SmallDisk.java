package dev.berth.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A file system of a few megabytes, mounted for one test, that can be filled to the last byte and emptied again. */
final class SmallDisk implements AutoCloseable {
    private final Path mountPoint;

    private SmallDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /** An ext4 image where a loop device can be had, as a container often has none: else a tmpfs. */
    static SmallDisk mount(Path parent, int megabytes) throws IOException {
        Path mountPoint = Files.createDirectory(parent.resolve("disk"));
        Path image = parent.resolve("disk.img");
        boolean mounted = run("truncate", "-s", megabytes + "M", image.toString()) == 0
                && run("mkfs.ext4", "-q", "-m", "0", image.toString()) == 0
                && run("mount", "-o", "loop", image.toString(), mountPoint.toString()) == 0;
        if (!mounted) {
            mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mountPoint.toString()) == 0;
        }
        assertThat(mounted)
                .as("This test fills a small file system of its own and cannot mount one: run it as root in an"
                        + " environment that allows mount (a container needs the capability SYS_ADMIN)")
                .isTrue();
        return new SmallDisk(mountPoint);
    }

    Path path() {
        return mountPoint;
    }

    void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(mountPoint.resolve("filler"))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(Files.getFileStore(mountPoint).getUsableSpace()).isLessThan(block.length);
        }
    }

    void free() throws IOException {
        Files.delete(mountPoint.resolve("filler"));
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", mountPoint.toString())).as("umount").isZero();
    }

    private static int run(String... command) throws IOException {
        if (!onPath(command[0])) {
            return -1;
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
    }

    private static boolean onPath(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
