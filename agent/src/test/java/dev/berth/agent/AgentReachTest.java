package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentReachTest {
    private static AgentReach parse(String... more) {
        List<String> flags = new ArrayList<>(List.of("--controller", "127.0.0.1:1", "--data", "/data", "--name", "a"));
        flags.addAll(List.of(more));
        return AgentConfig.parse(flags).reach();
    }

    @Test
    void aLoopbackClusterIsReachedFromThisMachineAlone() {
        AgentReach reach = parse();
        assertThat(reach.advertiseAddress()).contains("127.0.0.1");
        assertThat(reach.publishAddress()).isEqualTo("127.0.0.1");
        assertThat(reach.transferListen().getHostString()).isEqualTo("127.0.0.1");
        assertThat(reach.volumes()).isEqualTo(Path.of("/data/volumes"));
        assertThat(reach.firstPort()).isEqualTo(20_000);
        assertThat(reach.lastPort()).isEqualTo(29_999);
        assertThat(reach.limitsContainerDisk()).isTrue();
    }

    @Test
    void whatIsSaidCounts() {
        AgentReach reach = parse(
                "--advertise-address",
                "10.0.0.7",
                "--port-range",
                "30000-30009",
                "--volumes",
                "/big",
                "--share",
                "nfs=/mnt/nfs",
                "--share",
                "scratch=/mnt/scratch",
                "--transfer-listen",
                "10.0.0.7:7000",
                "--transfer-address",
                "gate:7001",
                "--disk-gb",
                "500",
                "--container-disk-limit",
                "off");
        assertThat(reach.publishAddress()).isEqualTo("0.0.0.0");
        assertThat(reach.shares())
                .containsEntry("nfs", Path.of("/mnt/nfs"))
                .containsEntry("scratch", Path.of("/mnt/scratch"));
        assertThat(reach.transferAddress()).contains("gate:7001");
        assertThat(reach.givenAwayGb()).isEqualTo(500);
        assertThat(reach.lastPort()).isEqualTo(30_009);
        assertThat(reach.limitsContainerDisk()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "port-range, 20000",
        "port-range, 80-90",
        "port-range, 3000-2000",
        "port-range, 60000-70000",
        "share, nfs",
        "share, nfs=relative",
        "share, N F S=/x",
        "transfer-listen, 7000",
        "transfer-address, host:0",
        "disk-gb, -1",
        "container-disk-limit, perhaps",
        "advertise-address, a b"
    })
    void aBadValueIsRefusedByItsName(String flag, String value) {
        assertThatThrownBy(() -> parse("--" + flag, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--" + flag);
    }
}
