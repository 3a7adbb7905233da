package dev.berth.agent.gpu;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.util.List;

/**
 * The structs of NVML that the probe reads, as they lie in memory on 64-bit Linux. A test compares every size and offset with the
 * table of facts {@code nvml-abi.json}. Fields carry NVML's own names.
 */
final class NvmlStructs {
    /** Every struct here. */
    static final List<Class<? extends Structure>> ALL =
            List.of(Memory.class, MemoryV2.class, PciInfo.class, ProcessInfoV1.class, ProcessInfoV2.class);

    private NvmlStructs() {}

    /** nvmlMemory_t, in bytes. */
    @FieldOrder({"total", "free", "used"})
    public static final class Memory extends Structure {
        public long total;
        public long free;
        public long used;
    }

    /** nvmlMemory_v2_t: the caller writes the version; {@code used} leaves out what the driver keeps. */
    @FieldOrder({"version", "total", "reserved", "free", "used"})
    public static final class MemoryV2 extends Structure {
        public int version = size() | (2 << 24);
        public long total;
        public long reserved;
        public long free;
        public long used;
    }

    /** nvmlPciInfo_t. */
    @FieldOrder({"busIdLegacy", "domain", "bus", "device", "pciDeviceId", "pciSubSystemId", "busId"})
    public static final class PciInfo extends Structure {
        public byte[] busIdLegacy = new byte[16];
        public int domain;
        public int bus;
        public int device;
        public int pciDeviceId;
        public int pciSubSystemId;
        public byte[] busId = new byte[32];
    }

    /** nvmlProcessInfo_v1_t, of the symbols without suffix. */
    @FieldOrder({"pid", "usedGpuMemory"})
    public static final class ProcessInfoV1 extends Structure {
        public int pid;
        public long usedGpuMemory;

        public ProcessInfoV1() {}

        ProcessInfoV1(Pointer at) {
            super(at);
            read();
        }
    }

    /** nvmlProcessInfo_v2_t, of the symbols _v2 and _v3. */
    @FieldOrder({"pid", "usedGpuMemory", "gpuInstanceId", "computeInstanceId"})
    public static final class ProcessInfoV2 extends Structure {
        public int pid;
        public long usedGpuMemory;
        public int gpuInstanceId;
        public int computeInstanceId;

        public ProcessInfoV2() {}

        ProcessInfoV2(Pointer at) {
            super(at);
            read();
        }
    }
}
