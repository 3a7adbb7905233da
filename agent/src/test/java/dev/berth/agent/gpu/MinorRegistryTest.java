package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MinorRegistryTest {
    @TempDir
    Path temp;

    private Path shared = Path.of("");
    private MinorRegistry registry = new MinorRegistry(shared);

    @BeforeEach
    void makeRegistry() {
        shared = temp.resolve("shared");
        registry = new MinorRegistry(shared);
    }

    private Path data(String name) throws IOException {
        return Files.createDirectories(temp.resolve(name));
    }

    @Test
    void agentsOfOneMachineNeverShareAMinor() throws IOException {
        MinorRange a = registry.allocate("a", data("a"), 8);
        MinorRange b = registry.allocate("b", data("b"), 8);
        MinorRange c = new MinorRegistry(shared).allocate("c", data("c"), 3);
        assertThat(List.of(a, b, c)).containsExactly(new MinorRange(0, 8), new MinorRange(8, 8), new MinorRange(16, 3));
    }

    @Test
    void agentsOfTwoClustersMayUseTheSameHostId() throws IOException {
        MinorRange one = registry.allocate("host-1", data("one"), 4);
        MinorRange two = registry.allocate("host-1", data("two"), 4);
        assertThat(one.overlaps(two)).isFalse();
    }

    @Test
    void agentKeepsItsRangeOverRestartsEvenWhenTheRegistryWasLost() throws IOException {
        registry.allocate("a", data("a"), 8);
        MinorRange b = registry.allocate("b", data("b"), 8);
        assertThat(registry.allocate("b", data("b"), 8)).isEqualTo(b);
        Files.delete(shared.resolve("minors"));
        assertThat(registry.allocate("b", data("b"), 8)).isEqualTo(b);
    }

    @Test
    void rangeOfAHostWhoseDataFolderIsGoneIsUsedAgain() throws IOException {
        MinorRange a = registry.allocate("a", data("a"), 8);
        registry.allocate("b", data("b"), 8);
        Files.delete(temp.resolve("a/gpu-minors"));
        Files.delete(temp.resolve("a"));
        assertThat(registry.allocate("c", data("c"), 8)).isEqualTo(a);
    }

    @Test
    void hostThatGrowsMovesAndHostThatShrinksStays() throws IOException {
        registry.allocate("a", data("a"), 4);
        registry.allocate("b", data("b"), 4);
        assertThat(registry.allocate("a", data("a"), 2)).isEqualTo(new MinorRange(0, 2));
        assertThat(registry.allocate("a", data("a"), 8)).isEqualTo(new MinorRange(8, 8));
        assertThat(registry.allocate("c", data("c"), 4)).isEqualTo(new MinorRange(0, 4));
    }

    @Test
    void fullMachineIsRefusedAndSaysWhatIsTaken() throws IOException {
        registry.allocate("a", data("a"), 250);
        assertThat(registry.allocate("b", data("b"), 4)).isEqualTo(new MinorRange(250, 4));
        assertThatThrownBy(() -> registry.allocate("c", data("c"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("254 of 254 are taken by 2 agents");
    }

    @Test
    void damagedRegistryIsRefusedAndNotGuessedAt() throws IOException {
        registry.allocate("a", data("a"), 8);
        Files.writeString(shared.resolve("minors"), "0\teight\n");
        assertThatThrownBy(() -> registry.allocate("b", data("b"), 8))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("eight");
    }

    @Test
    void agentsThatStartAtOnceGetDisjointRanges() throws Exception {
        List<Callable<MinorRange>> starts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String name = "host-" + i;
            starts.add(() -> new MinorRegistry(shared).allocate(name, data(name), 8));
        }
        List<MinorRange> ranges = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<MinorRange> range : threads.invokeAll(starts)) {
                ranges.add(range.get());
            }
        }
        assertThat(ranges).extracting(MinorRange::base).doesNotHaveDuplicates().allMatch(base -> base % 8 == 0);
    }

    /** An agent's start as far as its minors go, in a process of its own: waits for the word and allocates. */
    static final class Start {
        private Start() {}

        @SuppressWarnings("SystemOut") // The process's output is its result.
        public static void main(String[] args) throws IOException {
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            MinorRange range = new MinorRegistry(Path.of(args[0])).allocate(args[1], Path.of(args[2]), 8);
            System.out.println(range.base());
        }
    }

    @Test
    void agentsInProcessesOfTheirOwnThatStartAtOnceGetDisjointRanges() throws Exception {
        List<Process> agents = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            agents.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Start.class.getName(),
                            shared.toString(),
                            "host-" + i,
                            data("host-" + i).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        for (Process agent : agents) {
            assertThat(agent.inputReader().readLine()).isEqualTo("ready");
        }
        for (Process agent : agents) {
            agent.getOutputStream().write('\n');
            agent.getOutputStream().flush();
        }
        List<String> bases = new ArrayList<>();
        for (Process agent : agents) {
            bases.add(agent.inputReader().readLine());
            assertThat(agent.waitFor()).isZero();
        }
        assertThat(bases).containsExactlyInAnyOrder("0", "8", "16", "24", "32", "40");
        assertThat(Files.readAllLines(shared.resolve("minors"))).hasSize(6);
    }
}
