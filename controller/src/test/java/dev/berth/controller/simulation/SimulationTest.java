package dev.berth.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.simulation.Simulation.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The whole cluster from a seed, with faults and then without. {@code -Dsim.seed=N} runs one seed, {@code
 * -Dsim.seeds=N} that many fresh ones, {@code -Dsim.lines=N} shows more of a failed one's trace.
 */
class SimulationTest {
    private static final int FIXED_SEEDS = 90;
    private static final Duration FRESH = Duration.ofSeconds(6);

    @Test
    void everySeedKeepsEveryPromiseAndSettles() {
        String one = System.getProperty("sim.seed");
        if (one != null) {
            mustBeWell(Simulation.run(Long.parseLong(one), Mutant.NONE));
            return;
        }
        SortedSet<String> seen = new TreeSet<>();
        for (long seed = 1; seed <= FIXED_SEEDS; seed++) {
            Outcome outcome = Simulation.run(seed, Mutant.NONE);
            mustBeWell(outcome);
            seen.addAll(outcome.seen());
        }
        assertThat(seen).as("faults that struck and moves that happened").containsAll(worthSeeing());
        int wanted = Integer.getInteger("sim.seeds", 0);
        long start = System.nanoTime();
        long seed = start & 0xffff_ffff_ffffL;
        for (int i = 0; wanted > 0 ? i < wanted : System.nanoTime() - start < FRESH.toNanos(); i++) {
            mustBeWell(Simulation.run(seed++, Mutant.NONE));
        }
    }

    private static Set<String> worthSeeing() {
        Set<String> worthSeeing = new TreeSet<>(JournalOracle.legalMoves());
        // Rare: of a pod that its host lost without a trace; of one that is paused while it waits for a place again.
        worthSeeing.removeAll(Set.of("STOPPED -> TERMINATED", "INITIALIZING -> STOPPED"));
        worthSeeing.addAll(Set.of(
                "host lost",
                "disk given twice because of what the trash does not take",
                "host given up",
                "a pod of a host given up ended",
                "host DRAINING",
                "a pod preempted",
                "a pod moved to another host",
                "a volume moved to another host",
                "a volume restored",
                "a restored volume ended before it was taken out",
                "a restored volume never taken out",
                "a copy purged",
                "reservation by age",
                "reservation by preemption",
                "deployment COMPLETED",
                "deployment FAILED",
                "made for gang JOB",
                "made for gang REPLICA_SET",
                "member TERMINATED HOST_LOST",
                "member TERMINATED PREEMPTED"));
        for (Fault fault : Fault.values()) {
            worthSeeing.add(fault.name());
        }
        return worthSeeing;
    }

    private static void mustBeWell(Outcome outcome) {
        if (outcome.failure() != null) {
            throw new AssertionError(outcome.describe());
        }
        assertThat(outcome.lines())
                .as("lines of the trace of seed %s", outcome.seed())
                .isGreaterThan(1_000);
        assertThat(outcome.promises()).as("promises of seed %s", outcome.seed()).isPositive();
    }

    /** The log of a long run is read from its end. */
    @Test
    void aFailureEndsWithItsSeedAndThePromiseInShort() {
        Violation violation = new Violation("INV-11: state and journal differ: " + "x".repeat(5_000) + "\nmore");
        String told = new Outcome(77, "", 2_000, 1, new TreeSet<>(), violation, "line\n".repeat(50)).describe();
        List<String> lines = told.lines().toList();
        assertThat(lines.get(lines.size() - 2)).isEqualTo("seed 77 broke a promise:");
        assertThat(lines.getLast())
                .startsWith("INV-11: state and journal differ: xxx")
                .hasSize(200);
        assertThat(told).contains("-Dsim.seed=77\n");
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
