package dev.berth.agent.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The compute processes of one GPU, by the newest of three symbols that the driver has and accepts. Counts go in and out: the
 * list may grow between asking for its size and reading it, and some drivers write elements further apart than their header says.
 * Lives in the probe's process; one thread.
 */
final class NvmlProcesses {
    private static final String SYMBOL = "nvmlDeviceGetComputeRunningProcesses";
    private static final int SLACK = 8;
    private static final int ATTEMPTS = 4;
    /** Drivers 535.43 to 535.86 append a field of 8 bytes to each element of _v3. */
    private static final int WIDE_STRIDE = 32;
    /** The kernel's PID_MAX_LIMIT. */
    private static final int LARGEST_PID = 1 << 22;

    private final NvmlDevice device;
    private boolean unsupported;

    NvmlProcesses(NvmlDevice device) {
        this.device = device;
    }

    /** As {@link #read}; none where the driver has no such list. */
    Optional<List<GpuProcess>> readOrNone() {
        Optional<List<GpuProcess>> processes = read();
        return processes.isEmpty() && unsupported ? Optional.of(List.of()) : processes;
    }

    /** Empty where they could not be read, or the driver has no such list. */
    Optional<List<GpuProcess>> read() {
        int code = NvmlCode.FUNCTION_NOT_FOUND;
        for (String suffix : List.of("_v3", "_v2", "")) {
            List<GpuProcess> processes = new ArrayList<>();
            code = read(SYMBOL + suffix, suffix.isEmpty(), processes);
            if (code == NvmlCode.SUCCESS) {
                return Optional.of(processes);
            }
            if (!NvmlCode.isAbsence(code) && code != NvmlCode.ARGUMENT_VERSION_MISMATCH) {
                break;
            }
        }
        unsupported = NvmlCode.isAbsence(code);
        device.answered("its processes", code);
        return Optional.empty();
    }

    private int read(String symbol, boolean firstVersion, List<GpuProcess> into) {
        IntByReference count = new IntByReference(0);
        int code = device.ask(symbol, count, Pointer.NULL);
        for (int attempt = 0; code == NvmlCode.INSUFFICIENT_SIZE && attempt < ATTEMPTS; attempt++) {
            int room = count.getValue() + SLACK;
            Memory array = new Memory((long) room * WIDE_STRIDE);
            array.clear();
            count.setValue(room);
            code = device.ask(symbol, count, array);
            if (code == NvmlCode.SUCCESS) {
                into.addAll(parse(array, Math.min(count.getValue(), room), firstVersion));
            }
        }
        return code;
    }

    private static List<GpuProcess> parse(Memory array, int count, boolean firstVersion) {
        if (firstVersion) {
            return parse(array, count, 16, true);
        }
        List<GpuProcess> processes = parse(array, count, 24, false);
        boolean sound = processes.stream().allMatch(process -> process.pid() > 0 && process.pid() <= LARGEST_PID);
        return sound ? processes : parse(array, count, WIDE_STRIDE, false);
    }

    private static List<GpuProcess> parse(Memory array, int count, int stride, boolean firstVersion) {
        List<GpuProcess> processes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Pointer at = array.share((long) i * stride);
            if (firstVersion) {
                NvmlStructs.ProcessInfoV1 info = new NvmlStructs.ProcessInfoV1(at);
                processes.add(new GpuProcess(info.pid, mib(info.usedGpuMemory)));
            } else {
                NvmlStructs.ProcessInfoV2 info = new NvmlStructs.ProcessInfoV2(at);
                processes.add(new GpuProcess(info.pid, mib(info.usedGpuMemory)));
            }
        }
        return processes;
    }

    // All ones, negative here, is NVML's "not available".
    private static OptionalInt mib(long bytes) {
        return bytes < 0 ? OptionalInt.empty() : OptionalInt.of((int) (bytes >> 20));
    }
}
