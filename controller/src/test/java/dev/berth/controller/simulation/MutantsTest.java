package dev.berth.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.simulation.Simulation.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks turn red: each bug put in on purpose is found within so many seeds, on which nothing else is wrong. */
class MutantsTest {
    private static final int SEEDS = 100;

    @ParameterizedTest
    @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isCaught(Mutant mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Outcome outcome = Simulation.run(seed, mutant);
            if (outcome.failure() != null) {
                assertThat(outcome.failure())
                        .as("%s is caught by a check on seed %s, not by an accident", mutant, seed)
                        .isInstanceOf(Violation.class);
                return;
            }
        }
        throw new AssertionError(mutant + " survived " + SEEDS + " seeds: some check no longer sees anything");
    }
}
