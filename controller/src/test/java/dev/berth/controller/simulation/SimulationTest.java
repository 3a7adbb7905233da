package dev.berth.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.simulation.Simulation.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The whole cluster from a seed, with faults and then without. {@code -Dsim.seed=N} runs one seed, {@code
 * -Dsim.seeds=N} that many fresh ones, {@code -Dsim.lines=N} shows more of a failed one's trace.
 */
class SimulationTest {
    private static final int FIXED_SEEDS = 100;
    private static final Duration FRESH = Duration.ofSeconds(12);

    @Test
    void everySeedKeepsEveryPromiseAndSettles() {
        String one = System.getProperty("sim.seed");
        if (one != null) {
            mustBeWell(Simulation.run(Long.parseLong(one), Mutant.NONE));
            return;
        }
        LongStream.rangeClosed(1, FIXED_SEEDS).forEach(seed -> mustBeWell(Simulation.run(seed, Mutant.NONE)));
        int wanted = Integer.getInteger("sim.seeds", 0);
        long start = System.nanoTime();
        long seed = start & 0xffff_ffff_ffffL;
        for (int i = 0; wanted > 0 ? i < wanted : System.nanoTime() - start < FRESH.toNanos(); i++) {
            mustBeWell(Simulation.run(seed++, Mutant.NONE));
        }
    }

    private static void mustBeWell(Outcome outcome) {
        if (outcome.failure() != null) {
            throw new AssertionError(outcome.describe(), outcome.failure());
        }
        assertThat(outcome.lines())
                .as("lines of the trace of seed %s", outcome.seed())
                .isGreaterThan(1_000);
        assertThat(outcome.promises()).as("promises of seed %s", outcome.seed()).isPositive();
    }

    @Test
    void oneSeedRunTwiceLeavesOneTrace() {
        for (long seed = 7; seed < 12; seed++) {
            assertThat(Simulation.run(seed, Mutant.NONE).hash())
                    .as("seed %s", seed)
                    .isEqualTo(Simulation.run(seed, Mutant.NONE).hash());
        }
        assertThat(Simulation.run(7, Mutant.NONE).hash())
                .isNotEqualTo(Simulation.run(8, Mutant.NONE).hash());
    }

    /** With identity hashes drawn at random there, so that no order may come from them. */
    @Test
    void anotherJvmLeavesTheSameTrace() throws Exception {
        List<String> seeds = List.of("3", "4", "5");
        List<String> here = new ArrayList<>();
        for (String seed : seeds) {
            Outcome outcome = Simulation.run(Long.parseLong(seed), Mutant.NONE);
            here.add(seed + " " + outcome.lines() + " " + outcome.hash());
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=0",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Simulation.class.getName()));
        command.addAll(seeds);
        Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> there = other.inputReader().readAllLines();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).as("the other JVM ends").isTrue();
        assertThat(there).isEqualTo(here);
    }
}
