package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.Gpu;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.GpuUse;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.SimulatedGpuProbe;
import dev.berth.agent.gpu.SimulatedTopology;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.loop.Mailbox;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitLink;
import dev.berth.agent.model.UnitShare;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host offers while something is left on one of its GPUs; a minute lasts a second here. */
final class HostStockTest {
    private static final GpuUse LEFT = new GpuUse(OptionalInt.of(412), Optional.of(List.of()));

    private static final List<UnitLink> LINKS = List.of(
            new UnitLink(0, 1, UnitLink.Connection.SWITCH, 0), new UnitLink(1, 2, UnitLink.Connection.NVLINK, 4));

    private final Path data;
    private final Mailbox mailbox =
            new Mailbox(new Membership("host000000000001", "", 0), new Lease("boot", 0, 0, 1 / 60.0), 0);
    private volatile GpuInventory driver = read(GpuUse.IDLE);
    private HostStock stock;

    HostStockTest(@TempDir Path data) {
        this.data = data;
        stock = open(driver);
    }

    private static GpuInventory read(GpuUse first) {
        return new GpuInventory(
                GpuInventory.Outcome.READ,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(gpu(0, first), gpu(1, GpuUse.IDLE), gpu(2, GpuUse.IDLE)),
                List.of(),
                List.of());
    }

    private static Gpu gpu(int index, GpuUse use) {
        return new Gpu(
                "GPU-" + index,
                index,
                OptionalInt.of(index),
                Optional.of("NVIDIA H200"),
                OptionalInt.of(143_771),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                "",
                Optional.of(false),
                List.of(),
                use);
    }

    private static Inventory inventory(GpuInventory gpus) {
        List<UnitFacts> units = gpus.gpus().stream()
                .map(gpu -> new UnitFacts(gpu.uuid(), "NVIDIA H200", 143_771, gpu.index(), "", UnitFacts.NO_NODE))
                .toList();
        UnitShare share = new UnitShare(400, 4_096, 400, 4_096);
        return new Inventory(
                AgentHarness.FACTS,
                units,
                units.isEmpty() ? List.of() : LINKS,
                new HostShare(share, UnitShare.NONE, new TreeSet<>(), new TreeMap<>()),
                false,
                List.of("a warning"),
                HostReach.NONE);
    }

    private HostStock open(GpuInventory survey) {
        try {
            Injection injection =
                    Injection.choose(survey, new EngineGpuSupport(false, Set.of(), true), Path.of("/dev"));
            return HostStock.open(
                    new HostSurvey(inventory(survey), injection, survey), () -> driver, data, "boot", mailbox);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void start() {
        stock.start(new InMemoryRuntime("host000000000001", InstantSource.system()));
    }

    private List<String> offered() {
        return mailbox.inventory().orElse(inventory(driver)).units().stream()
                .map(UnitFacts::id)
                .toList();
    }

    private void await(String... units) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!offered().equals(List.of(units))) {
            assertThat(System.nanoTime()).as("%s", offered()).isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @AfterEach
    void close() {
        stock.close();
    }

    @Test
    void aUnitInQuarantineIsNotOfferedSaysWhyAndComesBackByItself() throws Exception {
        start();
        assertThat(mailbox.inventory()).as("nothing to tell").isEmpty();
        driver = read(LEFT);
        stock.gate().clear(List.of("GPU-0", "GPU-1"));
        assertThat(offered()).containsExactly("GPU-1", "GPU-2");
        Inventory now = mailbox.inventory().orElseThrow();
        assertThat(now.links()).containsExactly(new UnitLink(0, 1, UnitLink.Connection.NVLINK, 4));
        assertThat(now.share()).isEqualTo(inventory(driver).share());
        assertThat(now.warnings()).hasSize(2).first().isEqualTo("a warning");
        assertThat(now.warnings().get(1)).contains("unit GPU-0 is quarantined since", "412 MiB in use", "no process");
        assertThat(stock.gate().refusal(List.of("GPU-0"))).isPresent();
        driver = read(GpuUse.IDLE);
        await("GPU-0", "GPU-1", "GPU-2");
        assertThat(mailbox.inventory()).contains(inventory(driver));
        assertThat(stock.gate().refusal(List.of("GPU-0"))).isEmpty();
    }

    @Test
    void aRestartedAgentDoesNotOfferItBeforeItIsClear() throws Exception {
        start();
        driver = read(LEFT);
        stock.gate().clear(List.of("GPU-0"));
        stock.close();
        stock = open(driver);
        start();
        assertThat(offered()).containsExactly("GPU-1", "GPU-2");
        driver = read(GpuUse.IDLE);
        await("GPU-0", "GPU-1", "GPU-2");
    }

    @Test
    void aHostWhoseGpusAreMadeUpTestsNothing() {
        GpuInventory madeUp = new SimulatedGpuProbe("h", "H200", 3, 0, SimulatedTopology.FLAT).probe();
        driver = GpuInventory.failed("must not be asked");
        stock = open(madeUp);
        assertThat(stock.gate()).isSameAs(UnitGate.OPEN);
        start();
        assertThat(mailbox.inventory()).isEmpty();
    }

    @Test
    void whatNoDriverTellsIsNotClear() throws Exception {
        driver = GpuInventory.noDriver("no NVIDIA driver");
        stock = open(driver);
        start();
        stock.gate().clear(List.of("GPU-0"));
        assertThat(stock.gate().refusal(List.of("GPU-0")).orElseThrow()).contains("no NVIDIA driver");
        stock.close();
        driver = read(LEFT);
        stock = open(driver);
        start();
        assertThat(offered()).containsExactly("GPU-1", "GPU-2");
    }
}
