package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The host's own tools for file systems and mounts, each run with a deadline and its output kept for the error. Tools
 * rather than system calls, because one that hangs in the kernel can be given up. Stateless; any thread.
 */
public final class VolumeTools {
    /** What must be installed; each belongs to e2fsprogs, util-linux, coreutils or tar. */
    private static final List<String> NEEDED = List.of(
            "mkfs.ext4",
            "e2fsck",
            "e2undo",
            "resize2fs",
            "losetup",
            "mount",
            "umount",
            "fsfreeze",
            "fstrim",
            "sync",
            "tar",
            "rm",
            "find",
            "flock");

    /** Of what a tool says; a list of all copies is far below it. */
    private static final int KEPT_BYTES = 8 << 20;

    private static final int SHOWN_CHARACTERS = 2_000;
    private static final Duration AFTERWARDS = Duration.ofSeconds(2);

    /** A tool that ended by itself. */
    record Ended(int status, String output) {}

    private VolumeTools() {}

    /** Names of needed tools that this host lacks, for the doctor. */
    public static List<String> missing() {
        return NEEDED.stream().filter(name -> find(name).isEmpty()).toList();
    }

    /** Runs a tool that has to succeed. */
    static String run(Duration limit, String... command) {
        Ended ended = attempt(limit, null, null, List.of(command));
        if (ended.status() != 0) {
            throw failed(List.of(command), ended);
        }
        return ended.output();
    }

    static VolumeException failed(List<String> command, Ended ended) {
        return new VolumeException(
                Kind.FAILED, shown(command) + " ended with " + ended.status() + ": " + shortened(ended.output()));
    }

    /**
     * Runs a tool whose status the caller reads.
     *
     * @param folder where it runs; null for the agent's own
     * @param input what it reads; null for nothing
     */
    static Ended attempt(Duration limit, @Nullable Path folder, @Nullable InputStream input, List<String> command) {
        List<String> line = new ArrayList<>(command);
        line.set(
                0,
                find(command.getFirst())
                        .orElseThrow(() -> new VolumeException(
                                Kind.FAILED, command.getFirst() + " is not installed on this host; install it"))
                        .toString());
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        if (input == null) {
            builder.redirectInput(new File("/dev/null"));
        }
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("LC_ALL", "C");
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        // The newer system calls take options of at most 256 bytes, and an overlay's layers are longer.
        environment.put("LIBMOUNT_FORCE_MOUNT2", "always");
        try {
            return await(builder.start(), limit, input, command);
        } catch (IOException e) {
            throw new VolumeException(Kind.FAILED, shown(command) + " did not run: " + e.getMessage(), e);
        }
    }

    private static Ended await(Process process, Duration limit, @Nullable InputStream input, List<String> command)
            throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Thread reader = Thread.startVirtualThread(() -> keep(process.getInputStream(), output));
        AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
        Thread writer = input == null ? null : Thread.startVirtualThread(() -> feed(input, process, broken));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(AFTERWARDS.toMillis(), TimeUnit.MILLISECONDS);
                throw new VolumeException(
                        Kind.FAILED,
                        shown(command) + " was given up after " + limit.toSeconds() + " seconds: "
                                + shortened(text(output)));
            }
            reader.join(AFTERWARDS);
            if (writer != null) {
                writer.join(AFTERWARDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new VolumeException(Kind.FAILED, shown(command) + " was interrupted", e);
        }
        Exception why = broken.get();
        if (why != null) {
            throw new VolumeException(
                    why instanceof VolumeException refused ? refused.kind() : Kind.FAILED,
                    shown(command) + " got no more to read: " + why.getMessage(),
                    why);
        }
        return new Ended(process.exitValue(), text(output));
    }

    private static void keep(InputStream from, ByteArrayOutputStream output) {
        byte[] buffer = new byte[8 << 10];
        try (from) {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                // Read to the end in any case, or the tool would wait for us.
                output.write(buffer, 0, Math.clamp(KEPT_BYTES - output.size(), 0, count));
            }
        } catch (IOException gone) {
            // It was killed; what came before is kept.
        }
    }

    /** The tool cannot tell a source that broke from one that ended: an archive may be cut between two files. */
    private static void feed(InputStream input, Process process, AtomicReference<@Nullable Exception> broken) {
        byte[] buffer = new byte[64 << 10];
        try (OutputStream to = process.getOutputStream()) {
            for (int count = read(input, buffer, broken); count >= 0; count = read(input, buffer, broken)) {
                to.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // The tool ended early, and its status says so.
        }
    }

    private static int read(InputStream input, byte[] buffer, AtomicReference<@Nullable Exception> broken) {
        try {
            return input.read(buffer);
        } catch (IOException | RuntimeException e) {
            broken.set(e);
            return -1;
        }
    }

    private static String text(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.UTF_8).strip();
    }

    private static String shortened(String output) {
        return output.length() > SHOWN_CHARACTERS ? output.substring(0, SHOWN_CHARACTERS) + "…" : output;
    }

    private static String shown(List<String> command) {
        String line = String.join(" ", command);
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }

    private static Optional<Path> find(String name) {
        for (String folder : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
            Path tool = Path.of(folder, name);
            if (Files.isExecutable(tool)) {
                return Optional.of(tool);
            }
        }
        return Optional.empty();
    }
}
