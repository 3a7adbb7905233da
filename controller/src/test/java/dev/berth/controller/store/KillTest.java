package dev.berth.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a process in the middle of appends and snapshots, again and again on the same folder. */
class KillTest {
    private static final int KILLS = 10;
    private static final long SEED = 21;

    @TempDir
    Path folder;

    @TempDir
    Path temporary;

    @Test
    void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        RandomHistory expected = new RandomHistory(SEED);
        long before = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long acknowledged = runAndKill(1 + random.nextInt(200));
            try (SqliteStore store = SqliteStore.open(folder)) {
                Recovered recovered = store.recover();
                assertThat(recovered.version()).isGreaterThanOrEqualTo(acknowledged);
                expected.next((int) (recovered.version() - before));
                assertThat(recovered.replay().snapshot())
                        .isEqualTo(expected.state().snapshot());
                before = recovered.version();
            }
        }
        assertThat(before).isGreaterThan(KILLS);
        assertThat(temporary).as("what killed processes left").isEmptyDirectory();
    }

    /** Reads that many acknowledgements, kills, and returns the last one that came through before the end. */
    private long runAndKill(int acknowledgements) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        folder.toString(),
                        Long.toString(SEED)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long last = 0;
        int seen = 0;
        try (BufferedReader lines = process.inputReader()) {
            @Nullable String line = lines.readLine();
            while (line != null) {
                if (isNumber(line)) {
                    last = Long.parseLong(line);
                    seen++;
                }
                if (seen == acknowledgements) {
                    // Not Process.destroyForcibly: it also closes the pipe, with what is still in it.
                    process.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as("ended by SIGKILL and by nothing else").isEqualTo(128 + 9);
        return last;
    }

    /** Log lines come the same way; a number without its newline may have been cut. */
    private static boolean isNumber(String line) {
        return !line.isEmpty() && line.chars().allMatch(Character::isDigit);
    }
}
