package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the script starts the client, with a program in Java's place that says what it was given. */
class ScriptTest {
    @TempDir
    private Path checkout;

    private String localeWith(Map<String, String> environment) throws IOException, InterruptedException {
        Path java = checkout.resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"all=${LC_ALL-} lang=${LANG-}\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path cache = Files.createDirectories(checkout.resolve(".berth/cache"));
        Files.writeString(cache.resolve("cli"), java + "\n" + checkout + "/build/cli/x.jar\n");
        String module = System.getProperty("basedir");
        Path script = (module == null ? Path.of("..") : Path.of(module, "..")).resolve("berth");
        Path copied = Files.copy(script, checkout.resolve("berth"));
        ProcessBuilder builder = new ProcessBuilder("bash", copied.toString(), "pod", "ls").redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG") || name.startsWith("BERTH_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        Files.delete(copied);
        return said.strip();
    }

    @Test
    void clientReadsTheNamesOfFilesAsUtf8InEveryLocale() throws Exception {
        assertThat(localeWith(Map.of())).isEqualTo("all=C.UTF-8 lang=");
        assertThat(localeWith(Map.of("LANG", "C", "LC_ALL", "POSIX"))).isEqualTo("all=C.UTF-8 lang=C");
        assertThat(localeWith(Map.of("LANG", "xx_XX.UTF-8"))).endsWith("all=C.UTF-8 lang=xx_XX.UTF-8");
        assertThat(localeWith(Map.of("LANG", "C.UTF-8"))).isEqualTo("all= lang=C.UTF-8");
    }
}
