package dev.berth.agent.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What the fake driver shall do, written line by line into the file that it reads (its language is at the top of scenario.c), and
 * the log of what it was asked.
 */
final class Scenario {
    private final Path folder;
    private final NvmlAbi abi;
    private final List<String> lines = new ArrayList<>();
    private int gpus;

    Scenario(Path folder, NvmlAbi abi) {
        this.folder = folder;
        this.abi = abi;
    }

    Scenario line(String line) {
        lines.add(line);
        return this;
    }

    Scenario driver(String version, int cuda) {
        return line("driver " + version).line("cuda " + cuda);
    }

    /** One more GPU of a known model: minors run backwards from 20, so that none is its index; bus numbers leave gaps. */
    Scenario gpu(String model) {
        GpuProfile profile = GpuProfiles.load().find(model);
        int index = gpus++;
        String gpu = "gpu " + index + " ";
        line(gpu + "uuid " + uuid(index));
        line(gpu + "name " + profile.nvmlName());
        line(gpu + "bus " + "00000000:%02X:00.0".formatted((0x1a + 17 * index) & 0xff));
        line(gpu + "minor " + (20 - index));
        line(gpu + "memory " + profile.vramMib());
        line(gpu + "capability " + profile.computeCapability());
        line(gpu + "brand " + number(abi.brands(), "NVML_BRAND_" + profile.brand()));
        line(gpu + "architecture " + number(abi.architectures(), "NVML_DEVICE_ARCH_" + profile.architecture()));
        return line(gpu + "cpus " + (index % 2 == 0 ? "0-15,32-47" : "16-31,48-63"));
    }

    Scenario gpus(int count, String model) {
        for (int i = 0; i < count; i++) {
            gpu(model);
        }
        return this;
    }

    /** A name of these bytes and no end. */
    Scenario rawName(int gpu, byte[] name) {
        return line("gpu " + gpu + " raw-name " + HexFormat.of().formatHex(name));
    }

    static String uuid(int index) {
        return "GPU-0000000%x-1111-2222-3333-444444444444".formatted(index);
    }

    /** A probe of the real kind, whose process loads the fake library. */
    NvmlGpuProbe probe(Path library, Duration limit) {
        return new NvmlGpuProbe(
                limit,
                List.of(
                        "--library",
                        library.toString(),
                        "--sys",
                        folder.resolve("sys").toString()),
                write());
    }

    /** Writes the file and forgets the log; the variables with which a process finds both. */
    Map<String, String> write() {
        try {
            Path file = Files.write(folder.resolve("scenario"), lines, StandardCharsets.UTF_8);
            Files.deleteIfExists(log());
            return Map.of("FAKE_NVML_SCENARIO", file.toString(), "FAKE_NVML_LOG", log().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every call in order: symbol, GPU or -1, code or what it suffered. */
    List<String> calls() {
        try {
            return Files.readAllLines(log());
        } catch (IOException e) {
            throw new UncheckedIOException("the fake driver was never called", e);
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private static int number(Map<String, Integer> table, String name) {
        Integer number = table.get(name);
        if (number == null) {
            throw new IllegalArgumentException(name + " is not in nvml-abi.json");
        }
        return number;
    }
}
