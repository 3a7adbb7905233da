package dev.berth.agent.gpu;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The MIG instances of one GPU, slot by slot; empty slots between them are normal. One that cannot be read whole is a
 * problem and left out. Lives in the probe's process; one thread.
 */
final class NvmlMig {
    private static final Pattern UUID = Pattern.compile("MIG-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    /** More than any GPU has; a driver that tells nonsense is not followed. */
    private static final int MOST_SLOTS = 64;

    private final NvmlLibrary library;
    private final NvmlDevice parent;
    private final List<String> problems;

    NvmlMig(NvmlLibrary library, NvmlDevice parent, List<String> problems) {
        this.library = library;
        this.parent = parent;
        this.problems = problems;
    }

    List<MigInstance> read() {
        List<MigInstance> instances = new ArrayList<>();
        IntByReference slots = new IntByReference();
        if (parent.answered("its MIG slots", parent.ask("nvmlDeviceGetMaxMigDeviceCount", slots))) {
            for (int slot = 0; slot < Math.min(slots.getValue(), MOST_SLOTS); slot++) {
                PointerByReference handle = new PointerByReference();
                int code = parent.ask("nvmlDeviceGetMigDeviceHandleByIndex", slot, handle);
                Pointer pointer = handle.getValue();
                boolean empty = code == NvmlCode.NOT_FOUND || code == NvmlCode.INVALID_ARGUMENT;
                if (!empty && parent.answered("its MIG slot " + slot, code) && pointer != null) {
                    instance(pointer, slot).ifPresent(instances::add);
                }
            }
        }
        return instances;
    }

    private Optional<MigInstance> instance(Pointer handle, int slot) {
        String label = parent.label() + " MIG slot " + slot;
        NvmlDevice device = new NvmlDevice(library, handle, label, problems);
        Optional<String> uuid = device.text("its UUID", "nvmlDeviceGetUUID");
        Optional<String> name = device.text("its name", "nvmlDeviceGetName");
        NvmlMemory memory = NvmlMemory.read(device);
        OptionalInt vramMib = memory.totalMib();
        if (uuid.isEmpty()
                || name.isEmpty()
                || vramMib.isEmpty()
                || !UUID.matcher(uuid.get()).matches()) {
            problems.add(label + ": its UUID, name or memory is unknown, so it is left out");
            return Optional.empty();
        }
        // By the instance's own handle; absent where the driver does not keep those of instances apart.
        Optional<List<GpuProcess>> processes = new NvmlProcesses(device).read();
        return Optional.of(
                new MigInstance(uuid.get(), name.get(), vramMib.getAsInt(), new GpuUse(memory.usedMib(), processes)));
    }
}
