package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.volume.DiskGuard.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskGuardTest {
    private static final long RESERVE = 1000;

    @Test
    void aDiskThatFillsAndEmptiesPassesEachLevelWithSlack() {
        List<String> seen = new ArrayList<>();
        Level level = Level.OPEN;
        for (long free :
                new long[] {5000, 2000, 1999, 2100, 1000, 999, 0, 1000, 1249, 1250, 2249, 2250, 2000, 100, 9999}) {
            level = DiskGuard.decide(level, free, RESERVE);
            seen.add(free + " " + level);
        }
        assertThat(seen)
                .containsExactly(
                        "5000 OPEN",
                        "2000 OPEN",
                        "1999 REFUSE_NEW",
                        "2100 REFUSE_NEW",
                        "1000 REFUSE_NEW",
                        "999 FREEZE",
                        "0 FREEZE",
                        "1000 FREEZE",
                        "1249 FREEZE",
                        "1250 REFUSE_NEW",
                        "2249 REFUSE_NEW",
                        "2250 OPEN",
                        "2000 OPEN",
                        "100 FREEZE",
                        "9999 OPEN");
    }

    @Test
    void theCloserTheEndTheSoonerTheNextLook() {
        long gib = 1L << 30;
        assertThat(DiskGuard.nextLookMillis(100 * gib, 10 * gib)).isEqualTo(5_000);
        assertThat(DiskGuard.nextLookMillis(10 * gib, 10 * gib)).isBetween(1_000L, 1_500L);
        assertThat(DiskGuard.nextLookMillis(5 * gib, 10 * gib)).isEqualTo(50);
        assertThat(DiskGuard.nextLookMillis(-gib, 10 * gib)).isEqualTo(50);
    }
}
