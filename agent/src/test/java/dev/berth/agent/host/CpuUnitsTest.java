package dev.berth.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitShare;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CPU hosts, the CPU pool of hosts with GPUs, and what is reserved before either. */
class CpuUnitsTest {
    private static final String HOST = "host000000000001";
    private static final long GB = 1_024;

    @Test
    void aHostOfCpusAloneHasAsManyUnitsAsItsCpusAndMemoryGive() {
        Partition byCpus = Partition.ofCpus(HOST, machine(16, 64, 0, 0));
        assertThat(byCpus.units()).hasSize(16);
        assertThat(byCpus.units().getFirst())
                .isEqualTo(new UnitFacts("CPU-" + HOST + "-0000", "CPU", 0, -1, "", UnitFacts.NO_NODE));
        assertThat(byCpus.units().getLast().id()).isEqualTo("CPU-" + HOST + "-0015");
        assertThat(byCpus.share().of("CPU-" + HOST + "-0003")).isEqualTo(new UnitShare(100, 2_048, 100, 2_048));
        assertThat(byCpus.share().gpu()).isEqualTo(UnitShare.NONE);
        assertThat(Partition.ofCpus(HOST, machine(16, 9, 0, 0)).units()).hasSize(4);
        assertThat(Partition.ofCpus(HOST, machine(16, 9, 0, 2)).units()).hasSize(3);
        assertThat(Partition.ofCpus(HOST, machine(16, 64, 13, 0)).units()).hasSize(3);
        assertThat(Partition.ofCpus(HOST, machine(16, 64, 16, 0)).units()).isEmpty();
        assertThat(Partition.ofCpus(HOST, machine(16, 64, 20, 80)).units()).isEmpty();
    }

    @Test
    void thePoolIsTakenOffBeforeTheGpusShares() {
        Partition partition = Partition.ofGpus(gpus(4), HOST, 8, machine(72, 144, 0, 0));
        assertThat(partition.units()).hasSize(12);
        assertThat(partition.units().get(4).id()).isEqualTo("CPU-" + HOST + "-0000");
        assertThat(partition.share().gpu()).isEqualTo(new UnitShare(1_600, 32 * GB, 1_600, 32 * GB));
        assertThat(partition.share().of("g1")).isEqualTo(partition.share().gpu());
        assertThat(partition.share().cpuUnits()).hasSize(8);
        assertThat(Partition.ofGpus(gpus(4), HOST, 0, machine(72, 144, 0, 0)).units())
                .hasSize(4);
    }

    @Test
    void whatIsReservedIsTakenOffBeforeAll() {
        Partition partition = Partition.ofGpus(gpus(2), HOST, 2, machine(32, 72, 6, 4));
        assertThat(partition.share().gpu()).isEqualTo(new UnitShare(1_200, 32 * GB, 1_200, 32 * GB));
        BitSet given = new BitSet();
        partition.share().cpusets().values().forEach(list -> given.or(CpuSet.parse(list)));
        assertThat(given.cardinality()).isEqualTo(26);
    }

    @Test
    void cpusOfGpusAndOfCpuUnitsAreNeverTheSame() {
        List<UnitFacts> gpus = List.of(gpu("g0", "8-15"), gpu("g1", "8-15"));
        HostShare share = Partition.ofGpus(gpus, HOST, 4, machine(16, 64, 0, 0)).share();
        assertThat(share.cpusets())
                .containsEntry("g0", "8-13")
                .containsEntry("g1", "0-3,14-15")
                .containsEntry("CPU-" + HOST + "-0000", "4")
                .containsEntry("CPU-" + HOST + "-0003", "7");
        BitSet seen = new BitSet();
        for (String list : share.cpusets().values()) {
            assertThat(CpuSet.parse(list).intersects(seen)).isFalse();
            seen.or(CpuSet.parse(list));
        }
    }

    @Test
    void aClaimIsEnforcedScaledForCpuUnitsToo() {
        BitSet two = new BitSet();
        two.set(0, 2);
        Capacity claimed = new Capacity(100, 200 * GB, two, 20 * GB, 0, 0);
        Partition partition = Partition.ofCpus(HOST, claimed);
        assertThat(partition.units()).hasSize(100);
        assertThat(partition.share().cpu()).isEqualTo(new UnitShare(100, 2_048, 2, 204));
        assertThat(partition.share().cpusets()).isEmpty();
    }

    @Test
    void aPoolThatLeavesNothingForTheGpusIsRefused() {
        assertThatThrownBy(() -> Partition.ofGpus(gpus(2), HOST, 9, machine(8, 64, 0, 0)))
                .hasMessageContaining("--cpu-pool")
                .hasMessageContaining("8 CPUs");
        assertThatThrownBy(() -> Partition.ofGpus(gpus(2), HOST, 8, machine(8, 64, 0, 0)))
                .hasMessageContaining("--cpu-pool");
        assertThatThrownBy(() -> Partition.ofGpus(gpus(2), HOST, 6, machine(8, 10, 0, 0)))
                .hasMessageContaining("--cpu-pool");
        assertThatThrownBy(() -> Partition.ofGpus(gpus(2), HOST, 4, machine(8, 64, 6, 0)))
                .hasMessageContaining("2 CPUs");
    }

    private static Capacity machine(int cpus, int memoryGb, int reservedCpus, int reservedMemoryGb) {
        BitSet online = new BitSet();
        online.set(0, cpus);
        return new Capacity(cpus, memoryGb * GB, online, memoryGb * GB, reservedCpus, reservedMemoryGb * GB);
    }

    private static List<UnitFacts> gpus(int count) {
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            units.add(gpu("g" + i, ""));
        }
        return units;
    }

    private static UnitFacts gpu(String id, String affinity) {
        return new UnitFacts(id, "NVIDIA GeForce RTX 4090", 24_564, 0, affinity, UnitFacts.NO_NODE);
    }
}
