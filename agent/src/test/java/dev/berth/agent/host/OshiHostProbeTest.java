package dev.berth.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OshiHostProbeTest {
    @Test
    void readsWhatTheKernelSays() throws IOException {
        MachineFacts facts = OshiHostProbe.read(Path.of("/var/lib/docker"));
        String meminfo = Files.readString(Path.of("/proc/meminfo"));
        long totalKib = Long.parseLong(meminfo.split("\\s+")[1]);
        assertThat(facts.memoryMib()).isEqualTo(totalKib / 1024);
        assertThat(facts.cpus())
                .isPositive()
                .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(facts.diskGb()).isPositive();
        assertThat(facts.kernel())
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        assertThat(facts.cpuModel()).isNotBlank();
        assertThat(facts.os()).isNotBlank();
        assertThat(OshiHostProbe.bootId()).hasSize(36);
    }
}
