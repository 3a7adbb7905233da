package dev.berth.agent.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the whole inventory from the driver: initialises NVML, asks each GPU on its own so that a bad one hides no other, and
 * shuts NVML down. Any call may hang or end the process, so this runs in the probe's process only; one thread.
 */
final class NvmlInventory {
    private static final int VERSION_BYTES = 80;

    private final NvmlLibrary library;
    private final Path sys;
    private final List<String> problems = new ArrayList<>();

    /** @param sys where sysfs is mounted */
    NvmlInventory(NvmlLibrary library, Path sys) {
        this.library = library;
        this.sys = sys;
    }

    GpuInventory read() {
        int code = library.call("nvmlInit_v2");
        if (code == NvmlCode.DRIVER_NOT_LOADED || code == NvmlCode.GPU_NOT_FOUND) {
            return GpuInventory.noDriver("NVIDIA's library is installed but says: " + NvmlCode.words(code)
                    + "; load the kernel module (modprobe nvidia) if this host has NVIDIA GPUs");
        }
        if (code == NvmlCode.LIBRARY_MISMATCH) {
            return GpuInventory.failed("NVML cannot start: " + NvmlCode.words(code)
                    + "; the driver was upgraded under the running kernel, reboot this host");
        }
        if (code != NvmlCode.SUCCESS) {
            return GpuInventory.failed("NVML cannot start: " + NvmlCode.words(code));
        }
        try {
            return readStarted();
        } finally {
            library.call("nvmlShutdown");
        }
    }

    private GpuInventory readStarted() {
        Optional<String> driver = driverVersion();
        Optional<CudaVersion> cuda = cudaVersion();
        IntByReference count = new IntByReference();
        int code = library.call("nvmlDeviceGetCount_v2", count);
        if (code != NvmlCode.SUCCESS) {
            return GpuInventory.failed("NVML cannot count the GPUs: " + NvmlCode.words(code));
        }
        List<Gpu> gpus = new ArrayList<>();
        Map<String, Pointer> handles = new TreeMap<>();
        Set<String> uuids = new HashSet<>();
        Set<Integer> minors = new HashSet<>();
        for (int index = 0; index < count.getValue(); index++) {
            Optional<Gpu> gpu = gpu(index, handles);
            if (gpu.isPresent() && unique(gpu.get(), uuids, minors)) {
                gpus.add(gpu.get());
            }
        }
        List<Pointer> inOrder = gpus.stream()
                .map(gpu -> Objects.requireNonNull(handles.get(gpu.uuid())))
                .toList();
        return new GpuInventory(
                GpuInventory.Outcome.READ,
                false,
                driver,
                cuda,
                gpus,
                new NvmlTopology(library, gpus, inOrder).read(),
                problems);
    }

    private Optional<Gpu> gpu(int index, Map<String, Pointer> handles) {
        library.setSubject("GPU " + index);
        try {
            PointerByReference handle = new PointerByReference();
            int code = library.call("nvmlDeviceGetHandleByIndex_v2", index, handle);
            Pointer pointer = handle.getValue();
            if (code != NvmlCode.SUCCESS || pointer == null) {
                problems.add("GPU " + index + ": it cannot be opened: " + NvmlCode.words(code) + "; it is left out");
                return Optional.empty();
            }
            Optional<Gpu> gpu = new NvmlDevice(library, pointer, "GPU " + index, problems).read(index, sys);
            gpu.ifPresent(read -> handles.putIfAbsent(read.uuid(), pointer));
            return gpu;
        } finally {
            library.setSubject("");
        }
    }

    // A unit must never be given twice, so one UUID or one device node is one GPU, whatever the driver says.
    private boolean unique(Gpu gpu, Set<String> uuids, Set<Integer> minors) {
        OptionalInt minor = gpu.minor();
        if (!uuids.add(gpu.uuid())) {
            problems.add("GPU " + gpu.index() + ": its UUID " + gpu.uuid() + " is another GPU's too; it is left out");
            return false;
        }
        if (minor.isPresent() && !minors.add(minor.getAsInt())) {
            problems.add(
                    "GPU " + gpu.index() + ": its minor " + minor.getAsInt() + " is another GPU's too; it is left out");
            return false;
        }
        return true;
    }

    private Optional<String> driverVersion() {
        Memory buffer = new Memory(VERSION_BYTES);
        buffer.setMemory(0, VERSION_BYTES, NvmlText.FILL);
        int code = library.call("nvmlSystemGetDriverVersion", buffer, VERSION_BYTES);
        Optional<String> version = code == NvmlCode.SUCCESS
                ? NvmlText.parse(buffer.getByteArray(0, VERSION_BYTES)).filter(text -> !text.isEmpty())
                : Optional.empty();
        if (version.isEmpty()) {
            problems.add("the driver's version cannot be read: "
                    + (code == NvmlCode.SUCCESS ? "it is no text" : NvmlCode.words(code)));
        }
        return version;
    }

    private Optional<CudaVersion> cudaVersion() {
        IntByReference version = new IntByReference();
        int code = library.call("nvmlSystemGetCudaDriverVersion_v2", version);
        if (code != NvmlCode.SUCCESS) {
            // The _v2 symbol needs libcuda, which a host may lack; the old one knows what NVML was built with.
            code = library.call("nvmlSystemGetCudaDriverVersion", version);
        }
        int number = version.getValue();
        if (code != NvmlCode.SUCCESS || number < 1000) {
            problems.add("the CUDA version cannot be read: "
                    + (code == NvmlCode.SUCCESS ? "the driver says " + number : NvmlCode.words(code)));
            return Optional.empty();
        }
        return Optional.of(new CudaVersion(number / 1000, number % 1000 / 10));
    }
}
