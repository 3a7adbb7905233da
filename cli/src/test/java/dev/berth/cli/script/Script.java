package dev.berth.cli.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A copy of the script in a folder of its own, so that neither its lock nor its data folder is that of the checkout.
 * Programs that it calls are stood in for by little scripts. One test each; its thread.
 */
final class Script {
    private static final int LONGEST_SECONDS = 60;

    private final Path root;
    private final Path programs;

    Script(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("checkout"));
        programs = Files.createDirectory(folder.resolve("programs"));
        String module = System.getProperty("basedir");
        Path checkout = (module == null ? Path.of("") : Path.of(module, "..")).toAbsolutePath();
        Files.copy(checkout.resolve("berth"), root.resolve("berth"));
        Path parts = Files.createDirectories(root.resolve(".mvn/berth"));
        try (Stream<Path> all = Files.list(checkout.resolve(".mvn/berth"))) {
            for (Path part : all.toList()) {
                Files.copy(part, parts.resolve(part.getFileName().toString()));
            }
        }
    }

    /** What it printed, on both streams, and its exit code. */
    record Ended(int code, String said) {}

    Path data() {
        return root.resolve(".berth");
    }

    /** From now on this runs where the script calls that program. */
    Script program(String name, String body) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** As a person calls it. */
    Ended run(String... arguments) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("bash", root.resolve("berth").toString()));
        words.addAll(List.of(arguments));
        return ended(words);
    }

    /** With all of the script's functions, in a data folder that is there. */
    Ended code(String code) throws Exception {
        Files.createDirectories(data());
        String all = "set -u; ROOT=$1 DATA=$1/.berth CACHE=$1/.berth/cache; for part in $1/.mvn/berth/*; do"
                + " [[ $part == *bench* ]] || . $part; done\n";
        return ended(List.of("bash", "-c", all + code, "bash", root.toString()));
    }

    private Ended ended(List<String> words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BERTH_"));
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(words + " does not end; it said: " + said);
        }
        return new Ended(process.exitValue(), said);
    }
}
