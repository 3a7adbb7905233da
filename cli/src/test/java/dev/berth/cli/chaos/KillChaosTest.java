package dev.berth.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Random kill -9 of controller and agents under load; {@code -Dchaos.kills} and {@code -Dchaos.seed} say otherwise. */
final class KillChaosTest {
    private static final int KILLS = 12;

    @Test
    void killedProcessesLoseNothingShareNothingAndRestartNothing() throws InterruptedException {
        Settings settings = Settings.fromProperties(KILLS);
        Outcome outcome = KillChaos.run(settings, System.out);
        System.out.println(outcome.json());
        assertThat(outcome.findings()).as("findings of seed " + settings.seed()).isEmpty();
        assertThat(outcome.deploysAcknowledged()).isGreaterThan(settings.clients());
    }
}
