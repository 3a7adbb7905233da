package dev.berth.agent.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads the facts of one GPU. A fact that the GPU does not have is absent; one that could not be read or is nonsense is absent and
 * a problem; once the driver calls the GPU lost, it is asked nothing more. Lives in the probe's process; one thread.
 */
final class NvmlDevice {
    private static final Pattern UUID = Pattern.compile("GPU-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern BUS_ID = Pattern.compile("[0-9a-f]{8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-9a-f]");
    private static final int TEXT_BYTES = 96;
    private static final int CPU_WORDS = 64;

    private final NvmlLibrary library;
    private final Pointer handle;
    private final String label;
    private final List<String> problems;
    private int deadCode = NvmlCode.SUCCESS;

    /** @param label who it is, in problems: "GPU 3" */
    NvmlDevice(NvmlLibrary library, Pointer handle, String label, List<String> problems) {
        this.library = library;
        this.handle = handle;
        this.label = label;
        this.problems = problems;
    }

    /** All facts; empty when the GPU cannot be named or does not answer any more. */
    Optional<Gpu> read(int index, Path sys) {
        Optional<String> uuid = text("its UUID", "nvmlDeviceGetUUID");
        Optional<String> busId = busId();
        OptionalInt numaNode = busId.map(bus -> numaNode(sys, bus)).orElse(OptionalInt.empty());
        Optional<Boolean> migEnabled = migEnabled();
        NvmlMemory memory = NvmlMemory.read(this);
        Gpu gpu = new Gpu(
                uuid.orElse(""),
                index,
                number("its minor", "nvmlDeviceGetMinorNumber", MinorRange.MINORS - 1),
                text("its name", "nvmlDeviceGetName"),
                memory.totalMib(),
                busId,
                computeCapability(),
                number("its architecture", "nvmlDeviceGetArchitecture", Integer.MAX_VALUE).stream()
                        .mapToObj(NvmlNames::architecture)
                        .flatMap(Optional::stream)
                        .findFirst(),
                number("its brand", "nvmlDeviceGetBrand", Integer.MAX_VALUE).stream()
                        .mapToObj(NvmlNames::brand)
                        .flatMap(Optional::stream)
                        .findFirst(),
                numaNode,
                cpuAffinity(sys, numaNode),
                migEnabled,
                migEnabled.orElse(false) ? new NvmlMig(library, this, problems).read() : List.of(),
                new GpuUse(memory.usedMib(), new NvmlProcesses(this).readOrNone()));
        if (deadCode != NvmlCode.SUCCESS) {
            problem(NvmlCode.words(deadCode) + uuid.map(id -> "; it is " + id).orElse("")
                    + "; it is left out until it answers again");
            return Optional.empty();
        }
        if (!UUID.matcher(gpu.uuid()).matches()) {
            problem("its UUID is " + uuid.map(id -> "\"" + id + "\"").orElse("unknown")
                    + ", so it cannot be named and is left out");
            return Optional.empty();
        }
        return Optional.of(gpu);
    }

    /** Calls a symbol with this GPU's handle as its first argument; a lost GPU answers its last code without a call. */
    int ask(String symbol, Object... rest) {
        if (deadCode != NvmlCode.SUCCESS) {
            return deadCode;
        }
        Object[] arguments = new Object[rest.length + 1];
        arguments[0] = handle;
        System.arraycopy(rest, 0, arguments, 1, rest.length);
        int code = library.call(symbol, arguments);
        if (NvmlCode.isDeadGpu(code)) {
            deadCode = code;
        }
        return code;
    }

    /** Whether the code is success; any code that tells of a fault becomes a problem. */
    boolean answered(String what, int code) {
        if (code != NvmlCode.SUCCESS && !NvmlCode.isAbsence(code) && deadCode == NvmlCode.SUCCESS) {
            problem(what + " cannot be read: " + NvmlCode.words(code));
        }
        return code == NvmlCode.SUCCESS;
    }

    String label() {
        return label;
    }

    void problem(String sentence) {
        problems.add(label + ": " + sentence);
    }

    Optional<String> text(String what, String symbol) {
        Memory buffer = new Memory(TEXT_BYTES);
        buffer.setMemory(0, TEXT_BYTES, NvmlText.FILL);
        if (!answered(what, ask(symbol, buffer, TEXT_BYTES))) {
            return Optional.empty();
        }
        return sound(what, buffer.getByteArray(0, TEXT_BYTES));
    }

    private Optional<String> sound(String what, byte[] bytes) {
        Optional<String> text = NvmlText.parse(bytes).filter(t -> !t.isEmpty());
        if (text.isEmpty()) {
            problem(what + " is no text");
        }
        return text;
    }

    private OptionalInt number(String what, String symbol, int largest) {
        IntByReference number = new IntByReference();
        if (!answered(what, ask(symbol, number))) {
            return OptionalInt.empty();
        }
        int value = number.getValue();
        // -1 is NVML's "not available".
        if (value < 0 || value > largest) {
            if (value != -1) {
                problem(what + " is " + Integer.toUnsignedString(value) + ", which cannot be");
            }
            return OptionalInt.empty();
        }
        return OptionalInt.of(value);
    }

    private Optional<String> busId() {
        NvmlStructs.PciInfo pci = new NvmlStructs.PciInfo();
        if (!answered("its PCI address", askForStruct("nvmlDeviceGetPciInfo_v3", pci))) {
            return Optional.empty();
        }
        Optional<String> bus = sound("its PCI address", pci.busId).map(id -> id.toLowerCase(Locale.ROOT));
        if (bus.isPresent() && !BUS_ID.matcher(bus.get()).matches()) {
            problem("its PCI address is \"" + bus.get() + "\", which cannot be");
            return Optional.empty();
        }
        return bus;
    }

    // By pointer, with the copying to and from memory said aloud: what was written by a call that failed is not looked
    // at.
    int askForStruct(String symbol, Structure struct) {
        struct.write();
        int code = ask(symbol, struct.getPointer());
        struct.read();
        return code;
    }

    private Optional<ComputeCapability> computeCapability() {
        IntByReference major = new IntByReference();
        IntByReference minor = new IntByReference();
        if (!answered("its compute capability", ask("nvmlDeviceGetCudaComputeCapability", major, minor))) {
            return Optional.empty();
        }
        return Optional.of(new ComputeCapability(major.getValue(), minor.getValue()));
    }

    /** The driver's word, or where it has none, the CPUs of the node of its slot. */
    private String cpuAffinity(Path sys, OptionalInt numaNode) {
        String told = toldAffinity();
        return told.isEmpty() && numaNode.isPresent() ? cpusOfNode(sys, numaNode.getAsInt()) : told;
    }

    private static String cpusOfNode(Path sys, int node) {
        try {
            return Files.readString(sys.resolve("devices/system/node/node" + node + "/cpulist"))
                    .strip();
        } catch (IOException unknown) {
            return "";
        }
    }

    private String toldAffinity() {
        Memory words = new Memory(8L * CPU_WORDS);
        words.clear();
        if (!answered("its CPU affinity", ask("nvmlDeviceGetCpuAffinity", CPU_WORDS, words))) {
            return "";
        }
        return CpuList.format(BitSet.valueOf(words.getLongArray(0, CPU_WORDS)));
    }

    private Optional<Boolean> migEnabled() {
        IntByReference current = new IntByReference();
        IntByReference pending = new IntByReference();
        if (!answered("its MIG mode", ask("nvmlDeviceGetMigMode", current, pending))) {
            return Optional.empty();
        }
        return Optional.of(current.getValue() == 1);
    }

    // From the kernel: NVML tells a node only where the GPU's own memory is one.
    private static OptionalInt numaNode(Path sys, String busId) {
        String[] parts = busId.split(":", 2);
        String domain = "%04x".formatted(Integer.parseUnsignedInt(parts[0], 16));
        Path file = sys.resolve("bus/pci/devices/" + domain + ":" + parts[1] + "/numa_node");
        try {
            int node = Integer.parseInt(Files.readString(file).strip());
            return node < 0 ? OptionalInt.empty() : OptionalInt.of(node);
        } catch (IOException | NumberFormatException unknown) {
            return OptionalInt.empty();
        }
    }
}
