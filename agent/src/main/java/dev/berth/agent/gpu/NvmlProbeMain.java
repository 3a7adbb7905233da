package dev.berth.agent.gpu;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The probe's process: asks the driver once, prints the inventory as one JSON document and ends. {@link NvmlGpuProbe} starts it so
 * that a driver that hangs or crashes takes nothing with it but this; a person starts it to see what the agent would see.
 * Ends with 0 when the driver was read, 1 when there is none or it failed, 2 for wrong arguments.
 */
public final class NvmlProbeMain {
    static final String USAGE = "usage: probe [--pretty] [--trace] [--limit-millis N] [--library PATH]... [--sys PATH]";
    private static final int KILLED_BY_LIMIT = 75;

    private boolean pretty;
    private boolean trace;
    private long limitMillis;
    private Path sys = Path.of("/sys");
    private final List<String> libraries = new ArrayList<>();

    private NvmlProbeMain(List<String> arguments) {
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String name = rest.next();
            switch (name) {
                case "--pretty" -> pretty = true;
                case "--trace" -> trace = true;
                case "--limit-millis" -> limitMillis = Long.parseLong(value(name, rest));
                case "--library" -> libraries.add(value(name, rest));
                case "--sys" -> sys = Path.of(value(name, rest));
                default -> throw new IllegalArgumentException("unknown argument " + name);
            }
        }
    }

    @SuppressWarnings("SystemOut") // This is a program whose output is its result.
    public static void main(String[] args) {
        NvmlProbeMain probe;
        try {
            probe = new NvmlProbeMain(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        GpuInventory inventory;
        try {
            inventory = probe.run();
        } catch (LinkageError | RuntimeException e) {
            inventory = GpuInventory.failed("the probe itself failed: " + e);
        }
        System.out.println(GpuInventoryJson.write(inventory, probe.pretty));
        System.exit(inventory.outcome() == GpuInventory.Outcome.READ ? 0 : 1);
    }

    private GpuInventory run() {
        if (limitMillis > 0) {
            // Whoever started this may be gone by then; halting works even while the driver holds the main thread.
            CompletableFuture.delayedExecutor(limitMillis, TimeUnit.MILLISECONDS)
                    .execute(() -> Runtime.getRuntime().halt(KILLED_BY_LIMIT));
        }
        leaveNoCoreFile();
        List<String> places = libraries.isEmpty() ? NvmlLibrary.USUAL_PLACES : libraries;
        Optional<NvmlLibrary> library = NvmlLibrary.open(places, tracer());
        return library.map(found -> new NvmlInventory(found, sys).read())
                .orElseGet(() -> GpuInventory.noDriver("no NVIDIA driver: " + String.join(", ", places)
                        + (places.size() == 1 ? " does not load" : " do not load")));
    }

    // A crash is reported by the agent in a sentence; a core file of it at each probe would fill the disk.
    private static void leaveNoCoreFile() {
        int resourceCore = 4;
        Memory noneAtAll = new Memory(16);
        noneAtAll.clear();
        NativeLibrary.getProcess().getFunction("setrlimit").invokeInt(new Object[] {resourceCore, noneAtAll});
    }

    @SuppressWarnings("SystemOut")
    private Consumer<String> tracer() {
        return trace ? call -> System.err.println(NvmlGpuProbe.TRACE_PREFIX + call) : call -> {};
    }

    private static String value(String name, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return rest.next();
    }
}
