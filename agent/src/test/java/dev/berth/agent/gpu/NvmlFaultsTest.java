package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers that hang, crash, lose GPUs and answer nonsense: never more than a sentence in the inventory. */
final class NvmlFaultsTest {
    @RegisterExtension
    static final FakeNvml FAKE = new FakeNvml();

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    private Scenario eightGpus() {
        return new Scenario(temp, FAKE.abi()).driver(FakeNvml.NEWEST, 13010).gpus(8, "RTX 4090");
    }

    private GpuInventory probe(Scenario scenario) {
        return scenario.probe(FAKE.library(FakeNvml.NEWEST), LIMIT).probe();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5})
    void lostGpuIsLeftOutAndTheOtherSevenAreReported(int callsBefore) {
        Scenario scenario = eightGpus().line("call * gpu 3 return 15 after " + callsBefore);
        GpuInventory inventory = probe(scenario);
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.READ);
        assertThat(inventory.gpus()).extracting(Gpu::index).containsExactly(0, 1, 2, 4, 5, 6, 7);
        assertThat(inventory.problems())
                .singleElement()
                .asString()
                .startsWith("GPU 3: ")
                .contains("GPU is lost (NVML 15)");
        assertThat(scenario.calls().stream().filter(call -> call.endsWith(" 3 15")))
                .as("a lost GPU is asked nothing more")
                .hasSize(1);
    }

    @Test
    void gpuThatNeedsAResetIsLeftOut() {
        GpuInventory inventory = probe(eightGpus().line("call nvmlDeviceGetMemoryInfo_v2 gpu 0 return 16"));
        assertThat(inventory.gpus()).hasSize(7).noneMatch(gpu -> gpu.index() == 0);
        assertThat(inventory.problems()).singleElement().asString().contains("needs a reset", Scenario.uuid(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 26})
    void whatAGpuDoesNotSupportIsAbsentAndNoProblem(int code) {
        GpuInventory inventory = probe(eightGpus()
                .line("call nvmlDeviceGetMinorNumber gpu 1 return " + code)
                .line("call nvmlDeviceGetArchitecture gpu 1 return " + code)
                .line("call nvmlDeviceGetCpuAffinity gpu 1 return " + code)
                .line("call nvmlDeviceGetMemoryInfo_v2 gpu 1 return " + code)
                .line("call nvmlDeviceGetMemoryInfo gpu 1 return " + code));
        assertThat(inventory.problems()).isEmpty();
        Gpu gpu = inventory.gpus().get(1);
        assertThat(gpu.minor()).isEmpty();
        assertThat(gpu.vramMib()).isEmpty();
        assertThat(gpu.architecture()).isEmpty();
        assertThat(gpu.cpuAffinity()).isEmpty();
        assertThat(inventory.gpus().get(2).minor()).isEqualTo(OptionalInt.of(18));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 11, 17, 999, 1234})
    void factThatCannotBeReadIsAbsentAndAProblem(int code) {
        GpuInventory inventory = probe(eightGpus().line("call nvmlDeviceGetName gpu 6 return " + code));
        assertThat(inventory.gpus()).hasSize(8);
        assertThat(inventory.gpus().get(6).name()).isEmpty();
        assertThat(inventory.gpus().get(6).vramMib()).isEqualTo(OptionalInt.of(24564));
        assertThat(inventory.problems())
                .singleElement()
                .asString()
                .startsWith("GPU 6: its name cannot be read")
                .contains("NVML " + code);
    }

    @ParameterizedTest
    @CsvSource({"9, driver not loaded", "28, no supported GPU"})
    void libraryWithoutDriverIsNoDriver(int code, String words) {
        GpuInventory inventory = probe(eightGpus().line("call nvmlInit_v2 return " + code));
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.NO_DRIVER);
        assertThat(inventory.problems()).singleElement().asString().contains(words, "modprobe nvidia");
    }

    @Test
    void missingLibraryIsNoDriver() {
        NvmlGpuProbe probe = eightGpus().probe(temp.resolve("libnvidia-ml.so.1"), LIMIT);
        assertThat(probe.probe().outcome()).isEqualTo(GpuInventory.Outcome.NO_DRIVER);
    }

    @Test
    void libraryThatComesWithAJarIsNeverLoaded() throws IOException {
        String name = "libberth-trap.so.1";
        Files.copy(FAKE.library(FakeNvml.NEWEST), temp.resolve(name));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader trap = new URLClassLoader(new URL[] {temp.toUri().toURL()}, before)) {
            thread.setContextClassLoader(trap);
            assertThat(NvmlLibrary.open(List.of(name), call -> {})).isEmpty();
            assertThat(NativeLibrary.getInstance(name, Map.of(Library.OPTION_CLASSLOADER, trap)))
                    .as("JNA by itself does load it")
                    .isNotNull();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void driverThatWasUpgradedUnderTheKernelIsAFailureThatAsksForAReboot() {
        GpuInventory inventory = probe(eightGpus().line("call * return 18"));
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.FAILED);
        assertThat(inventory.problems()).singleElement().asString().contains("reboot this host");
    }

    @Test
    void driverThatHangsIsStoppedInTimeAndNobodyElseWaits() throws InterruptedException {
        NvmlGpuProbe probe = eightGpus()
                .line("call nvmlDeviceGetPciInfo_v3 gpu 5 hang")
                .probe(FAKE.library(FakeNvml.NEWEST), Duration.ofSeconds(6));
        AtomicLong longestGapNanos = new AtomicLong();
        AtomicLong lastBeatNanos = new AtomicLong(System.nanoTime());
        CountDownLatch beats = new CountDownLatch(20);
        long start = System.nanoTime();
        GpuInventory inventory;
        try (ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> beating = heartbeat.scheduleAtFixedRate(
                    () -> {
                        long now = System.nanoTime();
                        long gap = now - lastBeatNanos.getAndSet(now);
                        longestGapNanos.accumulateAndGet(gap, Math::max);
                        beats.countDown();
                    },
                    0,
                    50,
                    TimeUnit.MILLISECONDS);
            inventory = probe.probe();
            assertThat(beats.await(10, TimeUnit.SECONDS)).isTrue();
            beating.cancel(false);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.FAILED);
        assertThat(inventory.problems())
                .singleElement()
                .asString()
                .contains("6000 ms", "nvmlDeviceGetPciInfo_v3 of GPU 5");
        assertThat(took).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(12));
        assertThat(Duration.ofNanos(longestGapNanos.get())).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void secondProbeDoesNotWaitForTheFirst() throws Exception {
        Scenario scenario = eightGpus().line("call nvmlDeviceGetCount_v2 hang");
        NvmlGpuProbe probe = scenario.probe(FAKE.library(FakeNvml.NEWEST), Duration.ofSeconds(6));
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<GpuInventory> first = other.submit(probe::probe);
            GpuInventory second = probe.probe();
            // Whichever came second was turned away at once; only one process was started.
            assertThat(List.of(first.get(20, TimeUnit.SECONDS), second))
                    .allMatch(inventory -> inventory.outcome() == GpuInventory.Outcome.FAILED)
                    .extracting(inventory -> inventory.problems().getFirst())
                    .anyMatch(problem -> problem.contains("another GPU probe is under way"))
                    .anyMatch(problem -> problem.contains("did not answer within 6000 ms"));
        }
        assertThat(scenario.calls()).filteredOn("nvmlInit_v2 -1 0"::equals).hasSize(1);
    }

    @Test
    void probeWorksAgainOnceTheDriverDoes() {
        Path library = FAKE.library(FakeNvml.NEWEST);
        NvmlGpuProbe probe = eightGpus().line("call nvmlInit_v2 hang").probe(library, Duration.ofSeconds(2));
        assertThat(probe.probe().outcome()).isEqualTo(GpuInventory.Outcome.FAILED);
        eightGpus().probe(library, LIMIT);
        assertThat(probe.probe().gpus()).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource({"abort, signal 6", "segv, signal 6"})
    void driverThatCrashesIsAFailureWithTheCallThatDidIt(String crash, String signal) {
        GpuInventory inventory = probe(eightGpus().line("call nvmlDeviceGetName gpu 2 " + crash));
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.FAILED);
        assertThat(inventory.gpus()).isEmpty();
        assertThat(inventory.problems())
                .singleElement()
                .asString()
                .contains("crashed in nvmlDeviceGetName of GPU 2", signal);
    }

    @Test
    void driverThatEndsTheProcessIsAFailure() {
        GpuInventory inventory = probe(eightGpus().line("call nvmlDeviceGetName gpu 2 exit 0"));
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.FAILED);
        assertThat(inventory.problems()).singleElement().asString().contains("no inventory");
    }

    @Test
    void driverThatPrintsToTheConsoleDoesNotSpoilTheInventory() {
        GpuInventory inventory = probe(eightGpus().line("call nvmlDeviceGetName print {NVRM-is-chatty"));
        assertThat(inventory.gpus()).hasSize(8);
        assertThat(inventory.problems()).isEmpty();
    }

    @Test
    void slowDriverWithinItsTimeIsReadInFull() {
        GpuInventory inventory = probe(eightGpus().line("call nvmlDeviceGetHandleByIndex_v2 delay 200"));
        assertThat(inventory.gpus()).hasSize(8);
    }

    @Test
    void nameWithoutEndOrWithStrangeBytesIsAbsent() {
        byte[] full = "X".repeat(96).getBytes(StandardCharsets.US_ASCII);
        byte[] unfinished = "NVIDIA".getBytes(StandardCharsets.US_ASCII);
        GpuInventory inventory = probe(eightGpus()
                .rawName(0, full)
                .rawName(1, unfinished)
                .line("gpu 2 name NVIDIA G\u00e9Force")
                .line("gpu 3 name "));
        assertThat(inventory.gpus()).hasSize(8);
        assertThat(inventory.gpus().subList(0, 4))
                .allSatisfy(gpu -> assertThat(gpu.name()).isEmpty());
        assertThat(inventory.gpus().get(4).name()).contains("NVIDIA GeForce RTX 4090");
        assertThat(inventory.problems())
                .containsExactly(
                        "GPU 0: its name is no text",
                        "GPU 1: its name is no text",
                        "GPU 2: its name is no text",
                        "GPU 3: its name is no text");
    }

    @Test
    void factsThatCannotBeAreAbsentAndNeverZero() {
        GpuInventory inventory = probe(eightGpus()
                .line("gpu 0 memory 0")
                .line("gpu 1 minor 255")
                .line("gpu 2 bus nonsense")
                .line("gpu 3 architecture 4294967295")
                .line("gpu 4 architecture 77"));
        List<Gpu> gpus = inventory.gpus();
        assertThat(gpus).hasSize(8);
        assertThat(gpus.get(0).vramMib()).isEmpty();
        assertThat(gpus.get(1).minor()).isEmpty();
        assertThat(gpus.get(2).pciBusId()).isEmpty();
        assertThat(gpus.get(3).architecture()).isEmpty();
        assertThat(gpus.get(4).architecture()).isEmpty();
        assertThat(inventory.problems())
                .containsExactly(
                        "GPU 0: its memory is 0 bytes, which cannot be",
                        "GPU 1: its minor is 255, which cannot be",
                        "GPU 2: its PCI address is \"nonsense\", which cannot be");
    }

    @Test
    void noUuidAndNoMinorIsEverReportedTwice() {
        GpuInventory inventory = probe(eightGpus()
                .line("gpu 1 uuid " + Scenario.uuid(0))
                .line("gpu 2 uuid not-a-uuid")
                .line("gpu 4 minor 17"));
        assertThat(inventory.gpus()).extracting(Gpu::index).containsExactly(0, 3, 5, 6, 7);
        assertThat(inventory.problems())
                .hasSize(3)
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("GPU 1: its UUID").contains("another GPU's"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("GPU 2: its UUID").contains("not-a-uuid"))
                .anySatisfy(problem -> assertThat(problem).startsWith("GPU 4: its minor 17"));
    }
}
