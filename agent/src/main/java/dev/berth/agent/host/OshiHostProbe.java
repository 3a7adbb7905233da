package dev.berth.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import oshi.SystemInfo;
import oshi.hardware.HardwareAbstractionLayer;

/** Reads the machine's facts through OSHI, and from the kernel what OSHI does not tell. Called once, at start. */
public final class OshiHostProbe {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private OshiHostProbe() {}

    /**
     * The machine.
     *
     * @param engineFolder where the engine keeps images and containers; its file system's size is the host's disk
     */
    public static MachineFacts read(Path engineFolder) {
        // Nothing of OSHI is kept: it caches generously, and the agent has little memory to spare.
        SystemInfo system = new SystemInfo();
        HardwareAbstractionLayer hardware = system.getHardware();
        return new MachineFacts(
                onlineCpus(hardware.getProcessor().getLogicalProcessorCount()).cardinality(),
                hardware.getMemory().getTotal() / MIB,
                diskGb(engineFolder),
                hardware.getProcessor().getProcessorIdentifier().getName().strip(),
                system.getOperatingSystem().toString(),
                kernel());
    }

    /** CPUs that the kernel runs; all up to the count where it does not tell. */
    public static BitSet onlineCpus(int count) {
        try {
            return CpuSet.parse(Files.readString(Path.of("/sys/devices/system/cpu/online")));
        } catch (IOException | IllegalArgumentException unknown) {
            BitSet cpus = new BitSet();
            cpus.set(0, count);
            return cpus;
        }
    }

    /** Changes with every boot of the machine. */
    public static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    private static String kernel() {
        return System.getProperty("os.version", "");
    }

    private static int diskGb(Path engineFolder) {
        Path folder = engineFolder.toAbsolutePath();
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        try {
            return (int) (Files.getFileStore(folder).getTotalSpace() / GIB);
        } catch (IOException unknown) {
            return 0;
        }
    }
}
