package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.gpu.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A unit that always has memory in use, since it drives a display, finds its way out of quarantine. */
final class IdleAfterBootTest {
    private static final String UNIT = "GPU-0";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(5_000));

    @TempDir
    Path data;

    private static GpuInventory inUse(int mib, GpuProcess... processes) {
        Gpu gpu = new Gpu(
                UNIT,
                0,
                OptionalInt.of(0),
                Optional.of("RTX 4090"),
                OptionalInt.of(24_564),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                "",
                Optional.of(false),
                List.of(),
                new GpuUse(OptionalInt.of(mib), Optional.of(List.of(processes))));
        return new GpuInventory(
                GpuInventory.Outcome.READ,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(gpu),
                List.of(),
                List.of());
    }

    /** An agent of that boot whose driver says this, until {@code retests} of what is in quarantine are over. */
    private Quarantine agent(String bootId, GpuInventory driver, int retests) throws IOException {
        Quarantine quarantine = Quarantine.open(data, bootId);
        int[] asked = {0};
        Runnable retested = () -> {
            synchronized (asked) {
                asked[0]++;
            }
        };
        try (UnitClearance clearance = new UnitClearance(
                () -> {
                    retested.run();
                    return driver;
                },
                quarantine,
                () -> 0,
                CLOCK)) {
            clearance.start(driver, driver.gpus().stream().map(Gpu::uuid).toList(), Set::of);
            long end = System.nanoTime() + 20_000_000_000L;
            while (!quarantine.units().isEmpty()) {
                synchronized (asked) {
                    if (asked[0] > retests) {
                        break;
                    }
                }
                assertThat(System.nanoTime()).isLessThan(end);
                LockSupport.parkNanos(1_000_000);
            }
        }
        return quarantine;
    }

    private void leaveInQuarantine() throws IOException {
        Quarantine before = Quarantine.open(data, "boot");
        before.judge(1, Set.of(), new TreeMap<>(Map.of(UNIT, new Finding(Kind.MEMORY, "left"))), 5_000);
    }

    @Test
    void aBootClearsWhatWasLeftAndWhatIsInUseAfterItIsIdle() throws IOException {
        leaveInQuarantine();
        assertThat(agent("boot", inUse(300), 2).units())
                .as("of the same boot it may be a pod's")
                .containsExactly(UNIT);
        Quarantine after = agent("next boot", inUse(300), 2);
        assertThat(after.units()).isEmpty();
        assertThat(after.idleMib(UNIT)).isEqualTo(300);
        assertThat(Quarantine.open(data, "next boot").idleMib(UNIT)).isEqualTo(300);
    }

    @Test
    void theBootCountsUntilADriverHasTold() throws IOException {
        leaveInQuarantine();
        agent("next boot", GpuInventory.failed("not loaded yet"), 1);
        assertThat(agent("next boot", inUse(300), 2).units()).isEmpty();
    }

    @Test
    void aProcessOrMoreThanAGibStaysSuspectAfterABoot() throws IOException {
        leaveInQuarantine();
        assertThat(agent("next boot", inUse(300, new GpuProcess(7, OptionalInt.of(200))), 2)
                        .units())
                .containsExactly(UNIT);
        assertThat(agent("one more", inUse(1_025), 2).units()).containsExactly(UNIT);
    }

    @Test
    void aUnitThatTheLostRecordMayHaveNamedIsClearByTheIdleMemoryOfThisBoot() throws IOException {
        Quarantine before = agent("boot", inUse(300), 0);
        before.judge(1, Set.of(), new TreeMap<>(Map.of("GPU-1", new Finding(Kind.MEMORY, "left"))), 5_000);
        Files.writeString(data.resolve("quarantine"), "nonsense");
        agent("boot", GpuInventory.noDriver("none"), 0);
        Quarantine after = Quarantine.open(data, "boot");
        assertThat(after.recordLost()).as("no driver told of the units yet").isTrue();
        assertThat(agent("boot", inUse(300), 2).units()).isEmpty();
        assertThat(Quarantine.open(data, "boot").recordLost()).isFalse();
    }
}
