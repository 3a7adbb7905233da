package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PullMeterTest {
    private final PullMeter meter = new PullMeter();

    @Test
    void layersCountByTheirSize() {
        meter.take("a", "Pulling fs layer", 0, 0);
        meter.take("b", "Pulling fs layer", 0, 0);
        meter.take("a", "Downloading", 10, 100);
        meter.take("b", "Downloading", 0, 900);
        assertThat(meter.percent()).isEqualTo(3);
        meter.take("b", "Downloading", 900, 900);
        assertThat(meter.percent()).isEqualTo(63);
        meter.take("b", "Pull complete", 0, 0);
        meter.take("a", "Pull complete", 0, 0);
        assertThat(meter.percent()).isEqualTo(100);
    }

    @Test
    void percentNeverFallsWhenALayerTurnsOutLarge() {
        meter.take("a", "Downloading", 10, 10);
        int before = meter.percent();
        meter.take("b", "Downloading", 0, 1_000_000);
        assertThat(meter.percent()).isEqualTo(before).isEqualTo(70);
    }

    @Test
    void onlyWhatMovesKeepsAPullAlive() {
        assertThat(meter.take("a", "Downloading", 10, 100)).isTrue();
        assertThat(meter.take("a", "Downloading", 10, 100)).isFalse();
        assertThat(meter.take("a", "Retrying in 3 seconds", 0, 0)).isFalse();
        assertThat(meter.take("12", "Pulling from library/debian", 0, 0)).isFalse();
        assertThat(meter.take(null, "Digest: sha256:0", 0, 0)).isFalse();
        assertThat(meter.take("a", "Downloading", 11, 100)).isTrue();
        assertThat(meter.percent()).isEqualTo(7);
    }
}
