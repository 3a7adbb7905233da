package dev.berth.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private long wallMillis = 1_000_000;
    private long nanos = -5_000_000;
    private final SteadyClock clock = new SteadyClock(
            new InstantSource() {
                @Override
                public Instant instant() {
                    return Instant.ofEpochMilli(wallMillis);
                }
            },
            () -> nanos);

    private void pass(long millis) {
        wallMillis += millis;
        nanos += millis * 1_000_000;
    }

    @Test
    void itIsTheWallsTimeAsLongAsThatRuns() {
        pass(7);
        assertThat(clock.millis()).isEqualTo(1_000_007);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(1_000_007));
    }

    @Test
    void aWallSetBackChangesNothingAndTimeRunsOn() {
        pass(10);
        wallMillis -= 86_400_000;
        assertThat(clock.millis()).isEqualTo(1_000_010);
        pass(500);
        assertThat(clock.millis()).isEqualTo(1_000_510);
        pass(86_400_000);
        assertThat(clock.millis()).isEqualTo(1_000_510 + 86_400_000);
    }

    @Test
    void timeThatIsRecordedIsNotLivedAgain() {
        clock.notBefore(1_500_000);
        assertThat(clock.millis()).isEqualTo(1_500_000);
        pass(40);
        assertThat(clock.millis()).isEqualTo(1_500_040);
        clock.notBefore(1_000_000);
        assertThat(clock.millis()).isEqualTo(1_500_040);
    }

    @Test
    void aWallSetForwardIsFollowedAndNotLeftAgain() {
        wallMillis += 3_600_000;
        assertThat(clock.millis()).isEqualTo(4_600_000);
        wallMillis -= 3_600_000;
        pass(20);
        assertThat(clock.millis()).isEqualTo(4_600_020);
    }
}
