package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents that are killed anywhere between a mount and a restore, and what the next one finds. */
class KilledAgentTest {
    private static final int ROUNDS = 6;
    private static final long SEED = 20_261_121;

    private final TestHost host = new TestHost();

    KilledAgentTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void everyLineThatWasSyncedIsThereAndNothingIsLeftMounted() throws Exception {
        Random random = new Random(SEED);
        List<String> said = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            said.addAll(runAndKill(1 + 1000 * round, random.nextInt(4), random.nextInt(250)));
        }
        for (PodKey pod : host.restarted().leftovers()) {
            host.restarted().unmount(pod);
        }
        assertThat(host.left()).isEmpty();
        VolumeKey key = MountLoop.only(host, "killedagent00001");
        List<String> lines = Files.readAllLines(
                host.mountData(new PodKey("pod1", 1_000_000), key).resolve("lines"));
        assertThat(said).as("lines that were said").hasSizeGreaterThan(ROUNDS);
        // One that was written and not said any more may be there as well.
        assertThat(lines).containsSubsequence(said).hasSizeLessThanOrEqualTo(said.size() + ROUNDS);
    }

    /** Kills the agent some milliseconds after it has said so many lines more than one. */
    private List<String> runAndKill(int incarnation, int lines, int millis) throws Exception {
        Path output = host.folder.resolve("agent.out");
        Path errors = host.folder.resolve("agent.err");
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MountLoop.class.getName(),
                        host.folder.toString(),
                        "killedagent00001",
                        Integer.toString(incarnation))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            while (Files.readAllLines(output).size() <= lines) {
                assertThat(agent.isAlive()).as("%s", Files.readString(errors)).isTrue();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        } finally {
            agent.destroyForcibly().waitFor();
        }
        return Files.readAllLines(output);
    }
}
