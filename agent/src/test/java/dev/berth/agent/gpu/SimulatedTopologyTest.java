package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimulatedTopologyTest {
    private static List<String> uuids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "g" + i).toList();
    }

    @Test
    void neighboursAreLinkedAndHalvesShareASwitch() {
        List<GpuLink> links = SimulatedTopology.NVLINK_PAIRS.links(uuids(8));
        assertThat(links).filteredOn(link -> link.way() == GpuLink.Way.NVLINK).hasSize(4);
        assertThat(links).filteredOn(link -> link.way() == GpuLink.Way.SWITCH).hasSize(8);
        assertThat(links)
                .contains(
                        new GpuLink("g2", "g3", GpuLink.Way.NVLINK, 4), new GpuLink("g1", "g2", GpuLink.Way.SWITCH, 0))
                .noneMatch(link -> link.first().equals("g3") && link.second().equals("g4"));
        assertThat(IntStream.range(0, 8).mapToObj(i -> SimulatedTopology.NVLINK_PAIRS.numaNode(i, 8)))
                .extracting(OptionalInt::getAsInt)
                .containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    }

    @Test
    void aSwitchKnowsNoNvlinksAndAFlatHostNothing() {
        assertThat(SimulatedTopology.SWITCH.links(uuids(8)))
                .hasSize(12)
                .allMatch(link -> link.way() == GpuLink.Way.SWITCH);
        assertThat(SimulatedTopology.FLAT.links(uuids(8))).isEmpty();
        assertThat(SimulatedTopology.FLAT.numaNode(7, 8)).isEmpty();
        assertThat(SimulatedTopology.NVLINK_PAIRS.links(uuids(1))).isEmpty();
        assertThat(SimulatedTopology.NVLINK_PAIRS.links(uuids(0))).isEmpty();
    }

    @Test
    void aHostTellsTheSameWiringEveryTime() {
        GpuInventory inventory =
                new SimulatedGpuProbe("h", "A100", 4, 0, SimulatedTopology.parse("nvlink-pairs")).probe();
        assertThat(new SimulatedGpuProbe("h", "A100", 4, 0, SimulatedTopology.NVLINK_PAIRS).probe())
                .isEqualTo(inventory);
        assertThat(inventory.links().getFirst().first())
                .isEqualTo(inventory.gpus().getFirst().uuid());
        assertThat(inventory.gpus().get(3).numaNode()).hasValue(1);
        assertThatThrownBy(() -> SimulatedTopology.parse("ring")).hasMessageContaining("nvlink-pairs, switch or flat");
    }
}
