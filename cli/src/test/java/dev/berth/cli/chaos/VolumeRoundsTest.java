package dev.berth.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files across random pauses, edits, moves and kills; {@code -Dvolumes.rounds} and {@code -Dvolumes.seed} say otherwise. */
final class VolumeRoundsTest {
    private static final int ROUNDS = 5;

    @Test
    void noFileOfAVolumeEverDiffersAndNothingIsLeftMounted() throws InterruptedException {
        VolumeRounds.Settings settings = VolumeRounds.Settings.fromProperties(ROUNDS);
        VolumeRounds.Outcome outcome = VolumeRounds.run(settings, System.out);
        System.out.println(outcome.json());
        assertThat(outcome.findings()).as("findings of seed " + settings.seed()).isEmpty();
        assertThat(outcome.written()).isGreaterThanOrEqualTo(settings.rounds());
    }
}
