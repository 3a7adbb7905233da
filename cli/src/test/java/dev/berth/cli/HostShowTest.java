package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Availability;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.GetHostResponse;
import dev.berth.proto.v1.GpuConnection;
import dev.berth.proto.v1.GpuLink;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostFacts;
import dev.berth.proto.v1.HostReach;
import dev.berth.proto.v1.ListHostsResponse;
import dev.berth.proto.v1.Liveness;
import dev.berth.proto.v1.Unit;
import dev.berth.proto.v1.UnitHealth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostShowTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private static Host.Builder host() {
        return Host.newBuilder()
                .setId("h")
                .setName("sim-1")
                .setSimulated(true)
                .setUnitCpuHundredths(1600)
                .setUnitMemoryMib(92_160)
                .setEnforcedUnitCpuHundredths(25)
                .setEnforcedUnitMemoryMib(1024);
    }

    private static Unit.Builder gpu(int minor) {
        return Unit.newBuilder()
                .setId("GPU-" + minor)
                .setGpuModel("RTX 5090")
                .setVramMib(32_768)
                .setMinor(minor)
                .setHealth(UnitHealth.HEALTHY)
                .setCpuHundredths(1600)
                .setMemoryMib(92_160)
                .setNumaNode(minor / 2);
    }

    private static Host.Builder withCpuPool() {
        Host.Builder host = host();
        for (int minor = 0; minor < 3; minor++) {
            host.addUnits(gpu(minor).setPodId(minor == 0 ? "p1" : ""));
        }
        for (int i = 0; i < 16; i++) {
            host.addUnits(Unit.newBuilder()
                    .setId("cpu-" + i)
                    .setGpuModel("CPU")
                    .setHealth(UnitHealth.HEALTHY)
                    .setPodId(i < 13 ? "p2" : ""));
        }
        return host;
    }

    private String get(Host.Builder host) {
        controller.answers(GetHostResponse.newBuilder().setHost(host).build());
        return CliRun.of(controller, "host", "get", "sim-1").out();
    }

    @Test
    void hostShowsGrantedAndEnforcedShareAndItsUnits() {
        String out = get(host().setFacts(HostFacts.newBuilder().setCpus(128).setMachineCpus(2))
                .addWarnings("live-restore is off")
                .addUnits(
                        Unit.newBuilder().setId("GPU-1").setGpuModel("RTX 5090").setMinor(40)));
        assertThat(controller.asked(0, GetHostRequest.class).getHost()).isEqualTo("sim-1");
        assertThat(out)
                .contains("gpus         1 x RTX 5090 SIMULATED, 1 free\n")
                .contains("unit         1 GPU, 16 CPUs, 90 GB (enforced: 0.25 CPUs, 1 GB)\n")
                .contains("machine      2 CPUs, 0 GB\n")
                .contains("warning      live-restore is off\n")
                .doesNotContain("CPU units", "LINKS")
                .contains(
                        "0  GPU-1  RTX 5090 SIMULATED  0 GB  /dev/nvidia40  -      0     UNIT_HEALTH_UNSPECIFIED  free\n");
    }

    @Test
    void placeLabelsAndDrainAreShown() {
        String out = get(host().setDataCenter("fra-2")
                .putLabels("rack", "7")
                .putLabels("fabric", "ib0")
                .setLiveness(Liveness.READY)
                .setPods(3)
                .setAvailability(Availability.DRAINING)
                .setDrainDeadline(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() + 600)));
        assertThat(out)
                .contains("data center  fra-2\n")
                .contains("labels       fabric=ib0 rack=7\n")
                .contains("state        READY\n")
                .contains("availability DRAINING, until 2026-01-31T12:10:00Z\n")
                .contains("pods         3\n");
    }

    @Test
    void reachAndDiskAreShownWhereTheAgentTellsThem() {
        assertThat(get(host())).doesNotContain("ports ", "shares", "disk given", "address");
        assertThat(get(host().setReach(HostReach.newBuilder()
                        .setAdvertiseAddress("gpu-1.example.org")
                        .setFirstPort(20_000)
                        .setLastPort(20_999)
                        .setTakenPorts(3)
                        .addShares("nfs")
                        .addShares("fast")
                        .setDiskGb(4_000)
                        .setClaimedDiskGb(240))))
                .contains("""
                        address      gpu-1.example.org
                        ports        20000-20999, 3 taken
                        shares       nfs fast
                        disk given   240 of 4000 GB
                        """);
    }

    @Test
    void cpuUnitsAreOneLineAndGpusHaveShareAndNode() {
        assertThat(get(withCpuPool()))
                .contains("gpus         3 x RTX 5090 SIMULATED, 2 free\n")
                .contains("CPU units    16 (3 free)\n")
                .doesNotContain("cpu-0")
                .endsWith("""
                        #  UNIT   MODEL               VRAM   NODE          SHARE           NUMA  HEALTH   POD   CPUS
                        0  GPU-0  RTX 5090 SIMULATED  32 GB  /dev/nvidia0  16 CPUs, 90 GB  0     HEALTHY  p1
                        1  GPU-1  RTX 5090 SIMULATED  32 GB  /dev/nvidia1  16 CPUs, 90 GB  0     HEALTHY  free
                        2  GPU-2  RTX 5090 SIMULATED  32 GB  /dev/nvidia2  16 CPUs, 90 GB  1     HEALTHY  free
                        """);
        controller.answers(
                ListHostsResponse.newBuilder().addHosts(withCpuPool()).build());
        assertThat(CliRun.of(controller, "host", "ls").out()).contains("  3 x RTX 5090 SIMULATED + 16 CPU units  ");
    }

    @Test
    void hostWithoutGpusHasNoShareOfAGpu() {
        String out = get(Host.newBuilder()
                .setName("cpu-1")
                .addUnits(Unit.newBuilder().setId("cpu-0").setGpuModel("CPU")));
        assertThat(out)
                .contains("gpus         none\n", "CPU units    1 (1 free)\n")
                .doesNotContain("1 GPU,", "UNIT");
    }

    @Test
    void unitsThatAreHeldForProofAreNotFree() {
        String out = get(host().addUnits(gpu(0).setHealth(UnitHealth.QUARANTINED))
                .addUnits(gpu(1).setHealth(UnitHealth.MISSING))
                .addUnits(gpu(2).setNumaNode(-1)));
        assertThat(out).contains("3 x RTX 5090 SIMULATED, 1 free\n").contains("16 CPUs, 90 GB  -     HEALTHY");
    }

    @Test
    void linksAreASquare() {
        assertThat(get(withCpuPool()
                        .addLinks(link(0, 1, GpuConnection.NVLINK).setNvlinks(4))
                        .addLinks(link(1, 2, GpuConnection.SOCKET))))
                .endsWith("""
                        LINKS  0    1       2
                        0      -    NV4     FAR
                        1      NV4  -       SOCKET
                        2      FAR  SOCKET  -
                        NV4: 4 NVLinks. SWITCH: the same PCIe switch. SOCKET: the same socket. FAR: across sockets.
                        """);
    }

    private static GpuLink.Builder link(int first, int second, GpuConnection connection) {
        return GpuLink.newBuilder().setFirst(first).setSecond(second).setConnection(connection);
    }
}
