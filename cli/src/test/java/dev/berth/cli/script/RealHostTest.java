package dev.berth.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hosts have the GPUs of the machine, and which have simulated ones. */
final class RealHostTest {
    private static final String DRIVER = "nvidia_library() { :; }; nvidia_loaded() { :; }; nvidia_hardware() { :; }\n";
    private static final String LOST =
            "nvidia_library() { :; }; nvidia_loaded() { false; }; nvidia_hardware() { :; }\n";
    private static final String NONE =
            "nvidia_library() { false; }; nvidia_loaded() { :; }; nvidia_hardware() { :; }\n";
    private static final String AGENT = "class_path_of() { CLASSPATH_OF=x; }; JDK=/jdk AGENT_PORT=1; agent_command 0\n"
            + "printf '%s\\n' \"${COMMAND_LINE[*]}\" \"${#HOSTS[@]} hosts\"";

    private Script script;

    @BeforeEach
    void copy(@TempDir Path folder) throws IOException {
        script = new Script(folder);
    }

    @Test
    void withoutADriverTheAgentIsToldToMakeUpEight() throws Exception {
        Script.Ended up = script.code(NONE + "choose_hosts 0\n" + AGENT);
        assertThat(up.said()).contains("--simulate-gpus 8 --simulate-model RTX 4090", "\n1 hosts");
    }

    @Test
    void aHostThatWasBegunAsRealStaysSoWithoutItsDriver() throws Exception {
        Script.Ended first =
                script.code(DRIVER + "choose_hosts 0\nprintf '%s\\n' \"${HOSTS[@]}\" >\"$DATA/hosts\"\n" + AGENT);
        assertThat(first.said()).contains("--name host-1").doesNotContain("--simulate-gpus");
        for (String again : new String[] {"choose_hosts 0\n", "choose_hosts 1\n"}) {
            Script.Ended later = script.code(LOST + again + AGENT);
            assertThat(later.said()).contains("--name host-1", "\n1 hosts").doesNotContain("--simulate-gpus");
        }
        Script.Ended more = script.code(LOST + "choose_hosts 2\n" + AGENT);
        assertThat(more.code()).isEqualTo(2);
        assertThat(more.said()).contains("this machine has real GPUs");
    }

    @Test
    void aMachineWhoseDriverIsNotLoadedBeginsNoSimulatedHostUnasked() throws Exception {
        Script.Ended unasked = script.code(LOST + "choose_hosts 0\n" + AGENT);
        assertThat(unasked.code()).isEqualTo(2);
        assertThat(unasked.said()).contains("their driver is not loaded", "modprobe nvidia");
        Script.Ended asked = script.code(LOST + "choose_hosts 0 name=A\n" + AGENT);
        assertThat(asked.said()).contains("--name A", "--simulate-gpus 8");
        assertThat(Files.exists(script.data().resolve("hosts"))).isFalse();
    }
}
