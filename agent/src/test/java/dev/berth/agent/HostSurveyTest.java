package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.GpuProbe;
import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.model.Inventory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host offers by what it was told and what its driver says. */
final class HostSurveyTest {
    private static final String HOST = "host000000000001";

    @TempDir
    Path data;

    private HostSurvey survey(GpuProbe driver, String... more) throws IOException {
        List<String> flags =
                new ArrayList<>(List.of("--controller", "127.0.0.1:1", "--data", data.toString(), "--name", "a"));
        flags.addAll(List.of(more));
        InMemoryRuntime runtime = new InMemoryRuntime(HOST, InstantSource.system());
        return HostSurvey.make(AgentConfig.parse(flags), HOST, runtime.engine(), HostReach.NONE, driver);
    }

    @Test
    void aHostWithoutADriverMakesUpNoGpusAndSaysWhatToDo() throws IOException {
        HostSurvey survey = survey(() -> GpuInventory.noDriver("NVML says: driver not loaded"), "--cpu-pool", "1");
        Inventory offered = survey.inventory();
        assertThat(offered.units())
                .allMatch(unit -> CpuUnits.isCpuUnit(unit.id()))
                .hasSize(1);
        assertThat(offered.simulated()).isFalse();
        assertThat(survey.isReal()).as("what its GPUs had is tested").isTrue();
        assertThat(offered.warnings())
                .singleElement()
                .asString()
                .contains("offers no GPUs", "NVML says: driver not loaded", "restarted", "--simulate-gpus N");
    }

    @Test
    void zeroGpusToMakeUpIsAHostOfCpusAloneAndAsksNoDriver() throws IOException {
        HostSurvey survey = survey(
                () -> {
                    throw new AssertionError("asked");
                },
                "--simulate-gpus",
                "0");
        assertThat(survey.inventory().units()).isNotEmpty().allMatch(unit -> CpuUnits.isCpuUnit(unit.id()));
        assertThat(survey.inventory().warnings()).isEmpty();
    }

    @Test
    void onlyAHostThatIsToldToMakeUpGpusMayClaimMoreThanItHas() {
        assertThatThrownBy(() -> survey(() -> GpuInventory.noDriver("none"), "--claim-cpus", "128"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--claim-cpus")
                .hasMessageContaining("--simulate-gpus");
    }
}
