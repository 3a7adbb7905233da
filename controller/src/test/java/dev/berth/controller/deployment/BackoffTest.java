package dev.berth.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.Timings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({
        "1, 10000",
        "2, 20000",
        "3, 40000",
        "4, 80000",
        "5, 160000",
        "6, 300000",
        "7, 300000",
        "1000, 300000",
        "2147483647, 300000"
    })
    void theDelayDoublesFromTenSecondsToFiveMinutes(int failuresInRow, long delayMillis) {
        assertThat(Backoff.delayMillis(failuresInRow, Timings.DEFAULT)).isEqualTo(delayMillis);
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "3, 400", "50, 3000"})
    void itShrinksWithAllTimings(int failuresInRow, long delayMillis) {
        assertThat(Backoff.delayMillis(failuresInRow, Timings.DEFAULT.scaled(0.01)))
                .isEqualTo(delayMillis);
    }
}
