package dev.berth.agent.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The device nodes of an agent's simulated GPUs: real character devices of NVIDIA's major in the agent's data folder. No driver is
 * behind them, so an open that the container's device cgroup allows ends with ENXIO and one that it refuses with EPERM: access is
 * really granted and really refused. Where a real driver is loaded they are refused, for they would be its GPUs. Called at start of
 * the agent, on one thread; needs root.
 */
public final class SimulatedDevices {
    /** NVIDIA's major, fixed in the kernel's list. */
    public static final int MAJOR = 195;
    /** Minor of nvidiactl, which every container with a GPU gets. */
    public static final int CONTROL_MINOR = 255;

    private static final Pattern GPU_NODE = Pattern.compile("nvidia\\d+");
    private static final int MKNOD_SECONDS = 10;

    private final Path folder;
    private final Path procDevices;

    /** @param folder where the nodes are; made when missing, and nothing but nodes is kept in it */
    public SimulatedDevices(Path folder) {
        this(folder, Path.of("/proc/devices"));
    }

    /** @param procDevices the kernel's list of majors in use */
    SimulatedDevices(Path folder, Path procDevices) {
        this.folder = folder.toAbsolutePath();
        this.procDevices = procDevices;
    }

    public Path node(int minor) {
        return folder.resolve("nvidia" + minor);
    }

    public Path control() {
        return folder.resolve("nvidiactl");
    }

    /**
     * Makes the nodes of the range and the control node. What is right already stays; what has a wrong number or is no device at all
     * is replaced, and nodes of GPUs outside the range go, because their minors may be another agent's by now.
     *
     * @throws IOException saying which node could not be made and why
     */
    public void make(MinorRange range) throws IOException {
        refuseWhereADriverIs();
        Files.createDirectories(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (GPU_NODE.matcher(entry.getFileName().toString()).matches() && !belongs(entry, range)) {
                    Files.delete(entry);
                }
            }
        }
        for (int minor = range.base(); minor < range.base() + range.count(); minor++) {
            ensure(node(minor), new DeviceNumber(MAJOR, minor));
        }
        ensure(control(), new DeviceNumber(MAJOR, CONTROL_MINOR));
    }

    private void refuseWhereADriverIs() throws IOException {
        for (String line : Files.readAllLines(procDevices)) {
            if (line.isBlank()) {
                return; // What follows is block devices, whose majors are others.
            }
            if (line.strip().startsWith(MAJOR + " ")) {
                throw new IOException("this machine's NVIDIA driver is loaded (" + procDevices + ": " + line.strip()
                        + "), so nodes of simulated GPUs would open its real ones; run the agent without simulation, or"
                        + " unload the driver");
            }
        }
    }

    private boolean belongs(Path entry, MinorRange range) {
        for (int minor = range.base(); minor < range.base() + range.count(); minor++) {
            if (entry.getFileName().equals(node(minor).getFileName())) {
                return true;
            }
        }
        return false;
    }

    private static void ensure(Path path, DeviceNumber wanted) throws IOException {
        if (DeviceNumber.of(path).equals(Optional.of(wanted))) {
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is a folder where a device node belongs; move it away");
        }
        // Made beside and moved over, so that there is never a moment with a wrong node or none at that name.
        Path made = path.resolveSibling("." + path.getFileName() + ".new");
        Files.deleteIfExists(made);
        mknod(made, wanted);
        if (!DeviceNumber.of(made).equals(Optional.of(wanted))) {
            throw new IOException("mknod made " + made + " but it is not the character device " + wanted);
        }
        Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    // The program and not libc's function: before glibc 2.33 there is no symbol of that name.
    private static void mknod(Path path, DeviceNumber number) throws IOException {
        Process process = new ProcessBuilder(
                        "mknod",
                        "-m",
                        "666",
                        path.toString(),
                        "c",
                        Integer.toString(number.major()),
                        Integer.toString(number.minor()))
                .redirectErrorStream(true)
                .start();
        try {
            if (!process.waitFor(MKNOD_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("mknod " + path + " took more than " + MKNOD_SECONDS + " s; is that disk stuck?");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making the device node " + path, e);
        }
        if (process.exitValue() != 0) {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            throw new IOException("the device node " + path + " (" + number + ") of a simulated GPU cannot be made: "
                    + said + "; run the agent as root on a file system that takes device nodes");
        }
    }
}
