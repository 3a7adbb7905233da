package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.IntRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void rangesAreOpenWhereNothingStands() {
        assertThat(Values.range("--cpus", "100-200")).isEqualTo(range(100, 200));
        assertThat(Values.range("--cpus", "100-")).isEqualTo(range(100, 0));
        assertThat(Values.range("--cpus", "-200")).isEqualTo(range(0, 200));
        assertThat(Values.range("--cpus", "16")).isEqualTo(range(16, 16));
        for (String text : List.of("", "-", "a", "1-b", "1-2-3", "1..2", "+1", "99999999999")) {
            assertThatThrownBy(() -> Values.range("--cpus", text))
                    .as(text)
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("--cpus");
        }
    }

    @Test
    void rangesThatHoldNothingAreRefused() {
        assertThat(Values.range("--cpus", "0-5")).isEqualTo(range(0, 5));
        for (String text : List.of("5-1", "5-0", "0", "0-0", "-0")) {
            assertThatThrownBy(() -> Values.range("--cpus", text))
                    .as(text)
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("of --cpus is empty");
        }
    }

    @Test
    void cudaVersionsAreTwoNumbers() {
        assertThat(Values.version("--min-cuda", "12.10")).isEqualTo("12.10");
        for (String text : List.of("", "12", "12.", ".4", "12.4.1", "-1.2", "1.a", "1234567890.1")) {
            assertThatThrownBy(() -> Values.version("--min-cuda", text))
                    .as(text)
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("--min-cuda");
        }
    }

    private static IntRange range(int min, int max) {
        return IntRange.newBuilder().setMin(min).setMax(max).build();
    }

    @Test
    void durationsHaveUnits() {
        assertThat(Values.duration("--grace", "10s")).isEqualTo(Duration.ofSeconds(10));
        assertThat(Values.duration("--grace", "10")).isEqualTo(Duration.ofSeconds(10));
        assertThat(Values.duration("--grace", "5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(Values.duration("--grace", "1h")).isEqualTo(Duration.ofHours(1));
        assertThat(Values.duration("--grace", "7d")).isEqualTo(Duration.ofDays(7));
        assertThat(Values.duration("--grace", "250ms")).isEqualTo(Duration.ofMillis(250));
        for (String text : List.of("", "s", "-5s", "5w", "1.5s", "9223372036854775807h")) {
            assertThatThrownBy(() -> Values.duration("--grace", text)).as(text).isInstanceOf(CliFailure.class);
        }
    }

    @Test
    void moneyIsExact() {
        assertThat(Values.micros("--max-price", "2.50")).isEqualTo(2_500_000);
        assertThat(Values.micros("--max-price", "$0.000001")).isEqualTo(1);
        assertThat(Values.micros("--max-price", "0.29")).isEqualTo(290_000);
        assertThat(Values.micros("--max-price", "9223372036854.775807")).isEqualTo(Long.MAX_VALUE);
        for (String text :
                List.of("", "$", "0.0000001", "two", "-1", "+1", "1e3", "1e999999999", "99999999999999999999")) {
            assertThatThrownBy(() -> Values.micros("--max-price", text))
                    .as(text)
                    .isInstanceOf(CliFailure.class);
        }
    }

    @Test
    void pairsSplitAtTheirFirstEqualsSign() {
        assertThat(Values.pairs("--env", List.of("A=b=c", "D="))).isEqualTo(Map.of("A", "b=c", "D", ""));
        assertThatThrownBy(() -> Values.pairs("--env", List.of("A"))).isInstanceOf(CliFailure.class);
        assertThatThrownBy(() -> Values.pairs("--env", List.of("=x"))).isInstanceOf(CliFailure.class);
    }
}
