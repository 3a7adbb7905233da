package dev.berth.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.UnitFacts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTest {
    private static final long GB = 1024;

    @Test
    void dividesTheProductsFirstExample() {
        HostShare share = gpus(units(8), 128, 720 * GB, online(128), 720 * GB);
        assertThat(share.gpu().cpuHundredths()).isEqualTo(1600);
        assertThat(share.gpu().memoryMib()).isEqualTo(90 * GB);
        assertThat(share.gpu().enforcedCpuHundredths()).isEqualTo(1600);
        assertThat(share.gpu().enforcedMemoryMib()).isEqualTo(90 * GB);
        assertThat(share.cpusets()).containsEntry("g0", "0-15").containsEntry("g7", "112-127");
    }

    @Test
    void leavesWithTheHostWhatDoesNotDivide() {
        HostShare share = gpus(units(3), 32, 100 * GB, online(32), 100 * GB);
        assertThat(share.gpu().cpuHundredths()).isEqualTo(1000);
        assertThat(share.gpu().memoryMib()).isEqualTo(34_133);
        assertThat(share.gpu().memoryMib() / 1024.0).isBetween(33.33, 33.34);
        assertThat(share.cpusets().values()).containsExactly("0-9", "10-19", "20-29");
    }

    @Test
    void givesHundredthsWithoutACpusetWhereThereAreFewerCpusThanGpus() {
        HostShare share = gpus(units(8), 2, 24_105, online(2), 24_105);
        assertThat(share.gpu().cpuHundredths()).isEqualTo(25);
        assertThat(share.gpu().enforcedCpuHundredths()).isEqualTo(25);
        assertThat(share.gpu().memoryMib()).isEqualTo(3_013);
        assertThat(share.cpusets()).isEmpty();
        assertThat(gpus(units(3), 2, 24_105, online(2), 24_105).gpu().cpuHundredths())
                .isEqualTo(66);
    }

    @Test
    void enforcesClaimsScaledToWhatTheMachineHas() {
        HostShare share = gpus(units(8), 128, 720 * GB, online(2), 24 * GB);
        assertThat(share.gpu().cpuHundredths()).isEqualTo(1600);
        assertThat(share.gpu().memoryMib()).isEqualTo(90 * GB);
        assertThat(share.gpu().enforcedCpuHundredths()).isEqualTo(25);
        assertThat(share.gpu().enforcedMemoryMib()).isEqualTo(3 * GB);
        assertThat(share.cpusets()).isEmpty();
    }

    @Test
    void scalesOnlyWhatIsClaimedBeyondTheMachine() {
        HostShare share = gpus(units(2), 4, 720 * GB, online(8), 72 * GB);
        assertThat(share.gpu().enforcedCpuHundredths()).isEqualTo(200);
        assertThat(share.gpu().enforcedMemoryMib()).isEqualTo(36 * GB);
        assertThat(share.cpusets()).as("a host that claims has no cpusets").isEmpty();
    }

    @Test
    void givesEachUnitTheCpusNearItsGpu() {
        List<UnitFacts> units = List.of(unit("g0", "4-7"), unit("g1", "4-7"), unit("g2", "0-3"), unit("g3", ""));
        HostShare share = gpus(units, 8, 8 * GB, online(8), 8 * GB);
        assertThat(share.cpusets())
                .containsEntry("g0", "4-5")
                .containsEntry("g1", "6-7")
                .containsEntry("g2", "0-1")
                .containsEntry("g3", "2-3");
    }

    @Test
    void fillsUpFromElsewhereWhereTooFewCpusAreNearAndNeverGivesOneTwice() {
        List<UnitFacts> units = List.of(unit("g0", "0-1"), unit("g1", "0-1"), unit("g2", "0-1"));
        HostShare share = gpus(units, 7, 8 * GB, CpuSet.parse("0-3,8-10"), 8 * GB);
        assertThat(share.cpusets().values()).containsExactly("0-1", "2-3", "8-9");
        BitSet seen = new BitSet();
        for (String list : share.cpusets().values()) {
            assertThat(CpuSet.parse(list).intersects(seen)).isFalse();
            seen.or(CpuSet.parse(list));
        }
    }

    @Test
    void aHostWithoutReadableGpusOffersNothing() {
        HostShare share = gpus(List.of(), 8, 8 * GB, online(8), 8 * GB);
        assertThat(share.gpu().cpuHundredths()).isZero();
        assertThat(share.cpusets()).isEmpty();
    }

    @Test
    void readsAndWritesTheKernelsLists() {
        assertThat(CpuSet.format(CpuSet.parse("0-3,8,10-11\n"))).isEqualTo("0-3,8,10-11");
        assertThat(CpuSet.parse("").isEmpty()).isTrue();
        assertThatThrownBy(() -> CpuSet.parse("3-1")).hasMessageContaining("3-1");
        assertThatThrownBy(() -> CpuSet.parse("x")).hasMessageContaining("no list of CPUs");
    }

    private static HostShare gpus(
            List<UnitFacts> units, int cpus, long memoryMib, BitSet online, long machineMemoryMib) {
        return Partition.ofGpus(units, "h", 0, new Capacity(cpus, memoryMib, online, machineMemoryMib, 0, 0))
                .share();
    }

    private static List<UnitFacts> units(int count) {
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            units.add(unit("g" + i, ""));
        }
        return units;
    }

    private static UnitFacts unit(String id, String affinity) {
        return new UnitFacts(id, "NVIDIA GeForce RTX 4090", 24_564, 0, affinity, UnitFacts.NO_NODE);
    }

    private static BitSet online(int count) {
        BitSet cpus = new BitSet();
        cpus.set(0, count);
        return cpus;
    }
}
