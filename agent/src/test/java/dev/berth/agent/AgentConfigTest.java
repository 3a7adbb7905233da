package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.gpu.SimulatedTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
    private static final String LEAST = "--controller 127.0.0.1:7443 --data d --name A";

    @TempDir
    Path folder;

    @Test
    void readsEveryFlag() {
        AgentConfig config = parse(LEAST
                + " --region us-east --simulate-gpus 4 --simulate-model A100 --claim-cpus 128 --claim-memory-gb 720"
                + " --minor-registry m --docker-socket s --data-center dc-1 --label fabric=ib-1 --label rack=r/7"
                + " --cpu-pool 4 --reserved-cpus 2 --reserved-memory-gb 3 --simulate-topology switch");
        assertThat(config.controller()).hasToString("127.0.0.1:7443");
        assertThat(config.dataFolder()).isEqualTo(Path.of("d"));
        assertThat(config.hostName()).isEqualTo("A");
        assertThat(config.region()).isEqualTo("us-east");
        assertThat(config.simulate()).isEqualTo(OptionalInt.of(4));
        assertThat(config.simulateModel()).isEqualTo("A100");
        assertThat(config.claimCpus()).isEqualTo(OptionalInt.of(128));
        assertThat(config.claimMemoryGb()).isEqualTo(OptionalInt.of(720));
        assertThat(config.minorRegistry()).isEqualTo(Path.of("m"));
        assertThat(config.dataCenter()).isEqualTo("dc-1");
        assertThat(config.labels()).isEqualTo(Map.of("fabric", "ib-1", "rack", "r/7"));
        assertThat(config.cpuPool()).isEqualTo(4);
        assertThat(config.reservedCpus()).isEqualTo(2);
        assertThat(config.reservedMemoryGb()).isEqualTo(3);
        assertThat(config.simulateTopology()).isEqualTo(SimulatedTopology.SWITCH);
        assertThat(config.dockerSocket()).isEqualTo(Path.of("s"));
    }

    @Test
    void readsAFileWhoseLinesGiveWayToFlags() throws IOException {
        Path file = folder.resolve("agent.conf");
        Files.writeString(
                file, "# an agent\ncontroller=[::1]:1\n\ndata = d\nname=B\nregion=eu\nlabel=a=1\nlabel=b=2\n");
        AgentConfig config = AgentConfig.parse(List.of("--config", file.toString(), "--name", "C"));
        assertThat(config.hostName()).isEqualTo("C");
        assertThat(config.region()).isEqualTo("eu");
        assertThat(config.labels()).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(config.controller()).hasToString("[::1]:1");
        Files.writeString(file, "controller 127.0.0.1:1\n");
        assertThatThrownBy(() -> AgentConfig.parse(List.of("--config", file.toString())))
                .hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--data d --name A | --controller",
                "--controller 127.0.0.1:7443 --name A | --data",
                "--controller 127.0.0.1:7443 --data d | --name",
                "--controller nonsense --data d --name A | --controller",
                "--controller 127.0.0.1:70000 --data d --name A | --controller",
                "--controller 10.0.0.1:7443 --data d --name A | --tls-ca",
                "--controller 127.0.0.1:7443 --data d --name A_B | --name",
                "--controller 127.0.0.1:7443 --data d --name A --simulate-gpus 65 | --simulate-gpus",
                "--controller 127.0.0.1:7443 --data d --name A --simulate-gpus -1 | --simulate-gpus",
                "--controller 127.0.0.1:7443 --data d --name A --claim-cpus 0 | --claim-cpus",
                "--controller 127.0.0.1:7443 --data d --name A --claim-memory-gb x | --claim-memory-gb",
                "--controller 127.0.0.1:7443 --data d --name A --colour red | --colour",
                "--controller 127.0.0.1:7443 --data d --name A --label fabric | --label",
                "--controller 127.0.0.1:7443 --data d --name A --label =x | --label",
                "--controller 127.0.0.1:7443 --data d --name A --label a=b=c | --label",
                "--controller 127.0.0.1:7443 --data d --name A --label a=1 --label a=2 | --label",
                "--controller 127.0.0.1:7443 --data d --name A --data-center a_b | --data-center",
                "--controller 127.0.0.1:7443 --data d --name A --cpu-pool -1 | --cpu-pool",
                "--controller 127.0.0.1:7443 --data d --name A --reserved-cpus x | --reserved-cpus",
                "--controller 127.0.0.1:7443 --data d --name A --simulate-topology ring | --simulate-topology",
                "--controller 127.0.0.1:7443 --data d --name A --region | --region",
                "--controller 127.0.0.1:7443 --data d --name A --name B | --name",
                "--controller 127.0.0.1:7443 --data d --name A --tls-ca c --tls-key k | --tls-cert",
                "--controller 127.0.0.1:7443 --data d --name A --tls-cert /nowhere | --tls-ca",
                "--config /nowhere | --config",
            })
    void aWrongFlagIsNamedInASentence(String flags, String named) {
        assertThatThrownBy(() -> parse(flags))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void plaintextGoesToThisMachineAlone() {
        for (String host : List.of("127.0.0.1", "127.9.9.9", "localhost", "[::1]")) {
            assertThat(parse("--controller " + host + ":1 --data d --name A")
                            .controller()
                            .tls())
                    .isEmpty();
        }
        for (String host : List.of("10.0.0.1", "controller.example", "127.0.0.1.example", "[fe80::1]")) {
            assertThatThrownBy(() -> parse("--controller " + host + ":1 --data d --name A"))
                    .hasMessageContaining("plaintext");
        }
    }

    private static AgentConfig parse(String flags) {
        return AgentConfig.parse(List.of(flags.strip().split(" ")));
    }
}
