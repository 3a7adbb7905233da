package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Against a way of which each byte of the wire and each packed byte cost so much. */
class PackingRaceTest {
    private static final int CELL_BYTES = 1 << 20;
    private static final int IN_FLIGHT = 4;

    private final PackingRace race = new PackingRace();
    private long nowNanos;
    private int packed;

    @Test
    void aSlowWireGetsPackedCells() {
        send(1_000, 8, 2);

        assertThat(packed).isBetween(850, 1_000);
    }

    @Test
    void aFastWireGetsPlainOnes() {
        send(1_000, 1, 2);

        assertThat(packed)
                .as("trials, and what was chosen before the first one was over")
                .isBetween(4 * PackingRace.TRIAL_CELLS, 4 * PackingRace.TRIAL_CELLS + IN_FLIGHT);
    }

    @Test
    void aWireThatBecomesSlowIsNoticedAtTheNextTrial() {
        send(512, 1, 2);
        packed = 0;
        send(512, 8, 2);

        assertThat(packed).isGreaterThan(450);
    }

    /** Packing halves what goes over the wire. As the pump does it, some cells are chosen before earlier ones went out. */
    private void send(int cells, int wireNanosPerByte, int packNanosPerByte) {
        boolean[] choices = new boolean[cells];
        for (int i = 0; i < cells + IN_FLIGHT; i++) {
            if (i < cells) {
                choices[i] = race.packNext();
                packed += choices[i] ? 1 : 0;
            }
            if (i >= IN_FLIGHT) {
                boolean pack = choices[i - IN_FLIGHT];
                long wireBytes = pack ? CELL_BYTES / 2 : CELL_BYTES;
                nowNanos += wireBytes * wireNanosPerByte + (pack ? (long) CELL_BYTES * packNanosPerByte : 0);
                race.sent(CELL_BYTES, nowNanos);
            }
        }
    }
}
