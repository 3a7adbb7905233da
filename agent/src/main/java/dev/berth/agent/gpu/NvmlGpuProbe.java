package dev.berth.agent.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The probe of a real driver. Each call starts {@link NvmlProbeMain} in a process of its own and waits for it, at most as long as
 * was agreed; a process that hangs is killed, and while one that cannot even be killed (its driver holds it in the kernel) is
 * still there, no other is started. A call lasts at most two seconds longer than the limit, whatever the driver does. Any thread
 * that may wait so long, never the agent's loop; a call while another is under way fails at once.
 */
public final class NvmlGpuProbe implements GpuProbe {
    /** Starts a line in which the probe's process says what it asks of the driver next. */
    static final String TRACE_PREFIX = "call ";

    private static final Duration KILL_GRACE = Duration.ofSeconds(1);
    private static final int SIGNAL_EXIT = 128;

    private final Duration limit;
    private final List<String> arguments;
    private final Map<String, String> environment;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile @Nullable Process unkillable;

    /** @param limit longest duration of one probe; cold drivers without persistence mode take some seconds for each GPU */
    public NvmlGpuProbe(Duration limit) {
        this(limit, List.of(), Map.of());
    }

    /**
     * @param arguments more arguments of {@link NvmlProbeMain}
     * @param environment more variables for its process
     */
    NvmlGpuProbe(Duration limit, List<String> arguments, Map<String, String> environment) {
        this.limit = limit;
        this.arguments = List.copyOf(arguments);
        this.environment = Map.copyOf(environment);
    }

    @Override
    public GpuInventory probe() {
        if (!underWay.compareAndSet(false, true)) {
            return GpuInventory.failed("another GPU probe is under way; wait for it");
        }
        try {
            return probeAlone();
        } finally {
            underWay.set(false);
        }
    }

    private GpuInventory probeAlone() {
        Process before = unkillable;
        if (before != null && before.isAlive()) {
            return GpuInventory.failed("the GPU probe of process " + before.pid()
                    + " still hangs in the driver and cannot be killed; reboot this host");
        }
        unkillable = null;
        try {
            return probe(start());
        } catch (IOException e) {
            return GpuInventory.failed("the GPU probe cannot be started: " + e.getMessage());
        }
    }

    private GpuInventory probe(Process process) {
        try {
            ProbeOutput output = ProbeOutput.collect(process.getInputStream(), "gpu-probe-" + process.pid());
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return GpuInventory.failed("the driver did not answer within " + limit.toMillis() + " ms, it hangs in "
                        + output.lastCall().orElse("the start of the probe") + "; the probe was stopped");
            }
            if (!output.awaitEnd(KILL_GRACE)) {
                return GpuInventory.failed("the GPU probe ended but its output did not");
            }
            return result(process.exitValue(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return GpuInventory.failed("the GPU probe was interrupted");
        } finally {
            stop(process);
        }
    }

    private static GpuInventory result(int exitCode, ProbeOutput output) {
        if (exitCode > SIGNAL_EXIT) {
            return GpuInventory.failed(
                    "the driver crashed in " + output.lastCall().orElse("the start of the probe")
                            + ": the probe ended by signal " + (exitCode - SIGNAL_EXIT));
        }
        Optional<String> document = output.document();
        if (document.isEmpty()) {
            return GpuInventory.failed(
                    "the GPU probe ended with " + exitCode + " and no inventory; it said: " + output.tail());
        }
        try {
            return GpuInventoryJson.read(document.get());
        } catch (IllegalArgumentException e) {
            return GpuInventory.failed("the GPU probe's inventory cannot be read: " + e.getMessage());
        }
    }

    private void stop(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.destroyForcibly();
        try {
            if (!process.waitFor(KILL_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                unkillable = process;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unkillable = process;
        }
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // A crash is the agent's to report, not a file in some folder; the probe itself turns core files off.
                "-XX:ErrorFile=/dev/null",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                NvmlProbeMain.class.getName(),
                "--trace",
                "--limit-millis",
                Long.toString(limit.plus(KILL_GRACE).toMillis())));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // What tunes or debugs the agent's own JVM is not for this one: a debugger's port, say, is taken already.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }
}
