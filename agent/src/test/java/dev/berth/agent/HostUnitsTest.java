package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.GpuDevices;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.Gpu;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.GpuLink;
import dev.berth.agent.gpu.GpuUse;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.MigInstance;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitLink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What of a host's GPUs becomes units, by the way in which they reach containers. */
class HostUnitsTest {
    private static final EngineGpuSupport TOOLKIT = new EngineGpuSupport(false, Set.of(), true);
    private static final EngineGpuSupport NOTHING = new EngineGpuSupport(false, Set.of(), false);
    private static final MigInstance SMALL = new MigInstance("MIG-1", "NVIDIA H200 MIG 1g.18gb", 16_384, GpuUse.IDLE);
    private static final MigInstance LARGE = new MigInstance("MIG-2", "NVIDIA H200 MIG 3g.71gb", 71_680, GpuUse.IDLE);

    private final List<String> warnings = new ArrayList<>();

    private static GpuInventory host(Gpu... gpus) {
        List<GpuLink> links = List.of(
                new GpuLink("GPU-0", "GPU-1", GpuLink.Way.SWITCH, 0),
                new GpuLink("GPU-0", "GPU-2", GpuLink.Way.NVLINK, 6));
        return new GpuInventory(
                GpuInventory.Outcome.READ, false, Optional.empty(), Optional.empty(), List.of(gpus), links, List.of());
    }

    private static Gpu gpu(int index, MigInstance... instances) {
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
                OptionalInt.of(1),
                "8-15",
                Optional.of(instances.length > 0),
                List.of(instances),
                GpuUse.IDLE);
    }

    private static Injection injection(GpuInventory inventory, EngineGpuSupport engine) {
        return Injection.choose(inventory, engine, Path.of("/nowhere"));
    }

    @Test
    void aSplitGpuOffersItsInstancesInItsPlaceAndAfterWholeOnes() {
        GpuInventory inventory = host(gpu(0), gpu(1, SMALL, LARGE), gpu(2));
        HostUnits units = HostUnits.of(inventory, injection(inventory, TOOLKIT), warnings);
        assertThat(units.units()).extracting(UnitFacts::id).containsExactly("GPU-0", "GPU-2", "MIG-1", "MIG-2");
        assertThat(units.units().get(2))
                .isEqualTo(new UnitFacts("MIG-1", "NVIDIA H200 MIG 1g.18gb", 16_384, 1, "8-15", 1));
        assertThat(units.links())
                .as("a link to a GPU that is not offered is not told")
                .containsExactly(new UnitLink(0, 1, UnitLink.Connection.NVLINK, 6));
        assertThat(warnings).isEmpty();
    }

    @Test
    void instancesAreGivenByTheirUuidAndTheirGpuNotAtAll() {
        GpuInventory inventory = host(gpu(0), gpu(1, SMALL));
        Injection request = injection(inventory, TOOLKIT);
        assertThat(request.devices(List.of("MIG-1"))).isEqualTo(new GpuDevices.NvidiaRequest(List.of("MIG-1")));
        assertThatThrownBy(() -> request.devices(List.of("GPU-1"))).hasMessageContaining("split by MIG");
        assertThatThrownBy(() -> request.devices(List.of("MIG-9"))).hasMessageContaining("MIG-9");
        Set<String> specs = Set.of("nvidia.com/gpu=GPU-0", "nvidia.com/gpu=MIG-1");
        Injection cdi = injection(inventory, new EngineGpuSupport(true, specs, true));
        assertThat(cdi.way()).isEqualTo(Injection.Way.CDI);
        assertThat(cdi.devices(List.of("MIG-1"))).isEqualTo(new GpuDevices.Cdi(List.of("nvidia.com/gpu=MIG-1")));
        Set<String> stale = Set.of("nvidia.com/gpu=GPU-0", "nvidia.com/gpu=GPU-1");
        assertThat(injection(inventory, new EngineGpuSupport(true, stale, true)).way())
                .as("a spec from before the split")
                .isEqualTo(Injection.Way.NVIDIA_REQUEST);
    }

    @Test
    void nodesAloneCannotKeepInstancesApartSoNoneIsOffered() {
        GpuInventory inventory = host(gpu(0), gpu(1, SMALL, LARGE));
        Injection nodes = injection(inventory, NOTHING);
        assertThat(HostUnits.of(inventory, nodes, warnings).units())
                .extracting(UnitFacts::id)
                .containsExactly("GPU-0");
        assertThat(warnings).singleElement().asString().contains("GPU-1", "2 instances", "container toolkit");
        assertThatThrownBy(() -> nodes.devices(List.of("MIG-1"))).hasMessageContaining("MIG-1");
        assertThatThrownBy(() -> nodes.devices(List.of("GPU-1"))).hasMessageContaining("split by MIG");
    }
}
