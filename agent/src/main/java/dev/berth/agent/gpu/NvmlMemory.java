package dev.berth.agent.gpu;

import java.util.OptionalInt;

/**
 * The framebuffer of one GPU or MIG instance, by the newer of two symbols that the driver has and accepts. The newer one tells what
 * the driver reserves for itself apart from what is in use. Lives in the probe's process; one thread.
 */
record NvmlMemory(OptionalInt totalMib, OptionalInt usedMib) {
    static NvmlMemory read(NvmlDevice device) {
        NvmlStructs.MemoryV2 memory = new NvmlStructs.MemoryV2();
        int code = device.askForStruct("nvmlDeviceGetMemoryInfo_v2", memory);
        long total = memory.total;
        long used = memory.used;
        if (NvmlCode.isAbsence(code) || code == NvmlCode.ARGUMENT_VERSION_MISMATCH) {
            NvmlStructs.Memory old = new NvmlStructs.Memory();
            code = device.askForStruct("nvmlDeviceGetMemoryInfo", old);
            total = old.total;
            used = old.used;
        }
        if (!device.answered("its memory", code)) {
            return new NvmlMemory(OptionalInt.empty(), OptionalInt.empty());
        }
        long mib = total >> 20;
        if (mib <= 0 || mib > Integer.MAX_VALUE) {
            device.problem("its memory is " + Long.toUnsignedString(total) + " bytes, which cannot be");
            return new NvmlMemory(OptionalInt.empty(), OptionalInt.empty());
        }
        if (used < 0 || used > total) {
            device.problem("of its memory " + Long.toUnsignedString(used) + " bytes are in use, which cannot be");
            return new NvmlMemory(OptionalInt.of((int) mib), OptionalInt.empty());
        }
        return new NvmlMemory(OptionalInt.of((int) mib), OptionalInt.of((int) (used >> 20)));
    }
}
