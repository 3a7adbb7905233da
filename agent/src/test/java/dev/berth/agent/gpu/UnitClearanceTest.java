package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Units are given back, or not, by what the driver's process tells of them; a minute lasts three seconds here. */
@Timeout(120)
final class UnitClearanceTest {
    @RegisterExtension
    static final FakeNvml FAKE = new FakeNvml();

    private static final String UNIT = Scenario.uuid(0);
    private static final String OTHER = Scenario.uuid(1);
    private static final List<String> UNITS = List.of(UNIT, OTHER);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(5_000));

    @TempDir
    Path temp;

    @TempDir
    Path data;

    private double scale = 0.05;
    private Quarantine quarantine;
    private UnitClearance clearance;

    @BeforeEach
    void open() throws IOException {
        quarantine = Quarantine.open(data, "boot");
        clearance = new UnitClearance(() -> GpuInventory.noDriver("not asked"), quarantine, () -> scale, CLOCK);
    }

    private Scenario twoGpus() {
        return new Scenario(temp, FAKE.abi()).driver(FakeNvml.NEWEST, 13010).gpus(2, "RTX 4090");
    }

    /** From now on the driver says this. */
    private void now(Scenario scenario) {
        scenario.write();
    }

    private void start(Scenario scenario, Duration limit) throws IOException {
        NvmlGpuProbe probe = scenario.probe(FAKE.library(FakeNvml.NEWEST), limit);
        clearance.close();
        quarantine = Quarantine.open(data, "boot");
        clearance = new UnitClearance(probe, quarantine, () -> scale, CLOCK);
        clearance.start(probe.probe(), UNITS, Set::of);
    }

    private void start(Scenario scenario) throws IOException {
        start(scenario, Duration.ofSeconds(30));
    }

    /** Asks with each change, and once before any. */
    private void await(Predicate<Set<String>> units) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        Runnable look = () -> {
            if (units.test(quarantine.units())) {
                reached.countDown();
            }
        };
        quarantine.listen(look);
        look.run();
        assertThat(reached.await(60, TimeUnit.SECONDS))
                .as("%s", quarantine.warnings())
                .isTrue();
    }

    @AfterEach
    void close() {
        clearance.close();
    }

    @Test
    void unitsWithoutProcessAndAtIdleMemoryAreGivenBackAfterOneProbe() throws Exception {
        Scenario scenario = twoGpus().line("gpu 0 used 300");
        start(scenario);
        now(scenario.line("gpu 0 used 360"));
        clearance.clear(UNITS);
        assertThat(quarantine.units()).isEmpty();
        assertThat(clearance.refusal(UNITS)).isEmpty();
        assertThat(scenario.calls()).filteredOn("nvmlInit_v2 -1 0"::equals).hasSize(1);
    }

    @Test
    void memoryWithoutProcessPutsItsUnitIntoQuarantineUntilARetestFindsItClear() throws Exception {
        start(twoGpus());
        now(twoGpus().line("gpu 0 used 412"));
        clearance.clear(UNITS);
        assertThat(quarantine.units()).containsExactly(UNIT);
        assertThat(clearance.refusal(List.of(OTHER))).isEmpty();
        assertThat(clearance.refusal(UNITS))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains(
                                UNIT + " is quarantined since 1970-01-01T00:00:05Z: 412 MiB in use, 5 MiB when idle"));
        now(twoGpus());
        await(Set::isEmpty);
        assertThat(clearance.refusal(UNITS)).isEmpty();
    }

    @Test
    void aProcessThatStaysIsNamed() throws Exception {
        start(twoGpus());
        now(twoGpus().line("gpu 1 process 4242 1048576"));
        clearance.clear(UNITS);
        assertThat(quarantine.warnings())
                .singleElement()
                .asString()
                .contains(OTHER, "process 4242 on it", "end what holds it");
    }

    @Test
    void aProcessThatGoesInTimeHarmsNothing() throws Exception {
        scale = 0.5;
        start(twoGpus());
        now(twoGpus().line("gpu 0 process 77 1048576"));
        CountDownLatch asked = new CountDownLatch(1);
        try (ExecutorService step = Executors.newSingleThreadExecutor()) {
            Future<?> clearing = step.submit(() -> {
                asked.countDown();
                clearance.clear(List.of(UNIT));
                return true;
            });
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(clearing.isDone()).isFalse();
            now(twoGpus());
            clearing.get(60, TimeUnit.SECONDS);
        }
        assertThat(quarantine.units()).isEmpty();
    }

    @Test
    void aDriverThatHangsOrTalksNonsenseGivesNothingBack() throws Exception {
        start(twoGpus(), Duration.ofSeconds(8));
        now(twoGpus().line("call nvmlDeviceGetComputeRunningProcesses_v3 gpu 0 hang"));
        clearance.clear(List.of(UNIT));
        assertThat(quarantine.warnings()).singleElement().asString().contains(UNIT, "did not answer within 8000 ms");
        now(twoGpus());
        await(Set::isEmpty);
        now(twoGpus().line("gpu 1 used 999999"));
        clearance.clear(UNITS);
        assertThat(quarantine.warnings())
                .singleElement()
                .asString()
                .contains(OTHER, "its memory in use cannot be read");
    }

    @Test
    void aUnitThatFellOffTheBusIsNotGivenBack() throws Exception {
        start(twoGpus());
        now(twoGpus().line("call * gpu 0 return 15"));
        clearance.clear(UNITS);
        assertThat(quarantine.warnings()).singleElement().asString().contains(UNIT, "does not list it", "GPU is lost");
    }

    @Test
    void aRestartedAgentGoesOnTestingWhatItFoundBefore() throws Exception {
        start(twoGpus());
        now(twoGpus().line("gpu 0 used 412"));
        clearance.clear(UNITS);
        clearance.close();
        start(twoGpus().line("gpu 0 used 412"));
        assertThat(quarantine.units()).containsExactly(UNIT);
        assertThat(quarantine.idleMib(UNIT)).as("not learnt from what was left").isEqualTo(5);
        now(twoGpus());
        await(Set::isEmpty);
    }

    @Test
    void afterADamagedRecordEveryUnitThatNoPodHasIsTestedBeforeItIsOffered() throws Exception {
        Files.writeString(data.resolve("quarantine"), "nonsense");
        Scenario scenario = twoGpus().line("gpu 0 used 412").line("gpu 1 process 7 1");
        NvmlGpuProbe probe = scenario.probe(FAKE.library(FakeNvml.NEWEST), Duration.ofSeconds(30));
        AtomicReference<Set<String>> first = new AtomicReference<>(Set.of());
        quarantine = Quarantine.open(data, "boot");
        quarantine.listen(() -> first.compareAndSet(Set.of(), quarantine.units()));
        clearance = new UnitClearance(probe, quarantine, () -> scale, CLOCK);
        clearance.start(probe.probe(), UNITS, () -> Set.of(OTHER));
        assertThat(first.get()).as("before any test").containsExactly(UNIT);
        await(units -> quarantine.warnings().stream().anyMatch(warning -> warning.contains("412 MiB in use")));
        assertThat(quarantine.units()).containsExactly(UNIT);
    }

    @Test
    void podsThatEndTogetherShareProbes() throws Exception {
        Scenario scenario = twoGpus();
        start(scenario);
        now(scenario.line("call nvmlInit_v2 delay 1500"));
        List<Future<Boolean>> ends = new ArrayList<>();
        try (ExecutorService steps = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                ends.add(steps.submit(() -> {
                    clearance.clear(UNITS);
                    return true;
                }));
            }
        }
        for (Future<Boolean> end : ends) {
            assertThat(end.get()).isTrue();
        }
        assertThat(scenario.calls()).filteredOn("nvmlInit_v2 -1 0"::equals).hasSizeBetween(1, 3);
        assertThat(quarantine.units()).isEmpty();
    }
}
