package dev.berth.agent.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Builds the fake {@code libnvidia-ml.so.1} with gcc: the sources of src/test/c and what {@link FakeNvmlSources} writes, compiled
 * once, and linked once for each driver that a test asks for, with that driver's exports. Without gcc the tests fail and say so.
 */
final class FakeNvml implements BeforeAllCallback, AfterAllCallback {
    /** The driver with the most exports. */
    static final String NEWEST = "590.48.01";

    private static final Path SOURCES = Path.of("src/test/c");
    private static final Pattern WRITTEN =
            Pattern.compile("^(?:EXPORT .*?\\b(?=nvml\\w+\\()|GETTER\\()(nvml\\w+)", Pattern.MULTILINE);
    private static final List<String> FLAGS = List.of(
            "-std=c11",
            "-O1",
            "-g",
            "-Wall",
            "-Wextra",
            "-Wno-unused-parameter",
            "-Werror",
            "-fPIC",
            "-fvisibility=hidden",
            "-pthread");

    private final NvmlAbi abi = NvmlAbi.load();
    private final Map<String, Path> libraries = new HashMap<>();
    private Path folder = Path.of("");
    private List<String> objects = List.of();

    NvmlAbi abi() {
        return abi;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("fake-nvml");
        FakeNvmlSources sources = new FakeNvmlSources(abi);
        Files.writeString(folder.resolve("nvml_abi.h"), sources.header());
        List<Path> units = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            files.filter(file -> file.toString().endsWith(".c")).sorted().forEach(units::add);
        }
        Set<String> written = new HashSet<>();
        for (Path unit : units) {
            Matcher symbols = WRITTEN.matcher(Files.readString(unit));
            while (symbols.find()) {
                written.add(symbols.group(1));
            }
        }
        Path rest = Files.writeString(folder.resolve("rest.c"), sources.rest(written));
        units.add(rest);
        objects = new ArrayList<>();
        for (Path unit : units) {
            Path object = folder.resolve(unit.getFileName() + ".o");
            List<String> command = new ArrayList<>(FLAGS);
            command.addAll(List.of("-I", folder.toString(), "-I", SOURCES.toString(), "-c", unit.toString(), "-o"));
            command.add(object.toString());
            gcc(command);
            objects.add(object.toString());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The library as that driver would have installed it. */
    Path library(String driver) {
        return libraries.computeIfAbsent(driver, this::link);
    }

    private Path link(String driver) {
        try {
            Path place = Files.createDirectories(folder.resolve(driver));
            Path exports = Files.writeString(place.resolve("exports"), new FakeNvmlSources(abi).exports(driver));
            Path library = place.resolve("libnvidia-ml.so.1");
            List<String> command =
                    new ArrayList<>(List.of("-shared", "-pthread", "-Wl,-soname,libnvidia-ml.so.1", "-Wl,-z,defs"));
            command.add("-Wl,--version-script=" + exports);
            command.addAll(objects);
            command.addAll(List.of("-o", library.toString()));
            gcc(command);
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void gcc(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("gcc"));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(
                    "the fake NVIDIA library is built with gcc, which does not start here (" + e.getMessage()
                            + "); install it: apt-get install gcc libc6-dev",
                    e);
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("gcc refused the fake NVIDIA library (libc6-dev may be missing):\n"
                        + String.join(" ", command) + "\n" + said.substring(0, Math.min(said.length(), 3000)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while gcc ran", e);
        }
    }
}
