package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GpuInventoryJsonTest {
    private static final Gpu BARE = new Gpu(
            "GPU-aaaaaaaa-0000-0000-0000-000000000000",
            3,
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            "",
            Optional.empty(),
            List.of(),
            new GpuUse(OptionalInt.empty(), Optional.of(List.of())));
    private static final Gpu FULL = new Gpu(
            "GPU-bbbbbbbb-0000-0000-0000-000000000000",
            0,
            OptionalInt.of(0),
            Optional.of("NVIDIA H200"),
            OptionalInt.of(143771),
            Optional.of("00000000:3b:00.0"),
            Optional.of(new ComputeCapability(9, 0)),
            Optional.of("HOPPER"),
            Optional.of("NVIDIA"),
            OptionalInt.of(0),
            "0-15,32",
            Optional.of(true),
            List.of(new MigInstance(
                    "MIG-cccccccc-0000-0000-0000-000000000000", "NVIDIA H200 MIG 1g.18gb", 16384, GpuUse.UNKNOWN)),
            new GpuUse(
                    OptionalInt.of(1300),
                    Optional.of(
                            List.of(new GpuProcess(7, OptionalInt.of(12)), new GpuProcess(8, OptionalInt.empty())))));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsWrittenIsReadBackTheSame(boolean pretty) {
        GpuInventory inventory = new GpuInventory(
                GpuInventory.Outcome.READ,
                false,
                Optional.of("590.48.01"),
                Optional.of(new CudaVersion(13, 10)),
                List.of(FULL, BARE),
                List.of(
                        new GpuLink(FULL.uuid(), BARE.uuid(), GpuLink.Way.NVLINK, 12),
                        new GpuLink(FULL.uuid(), BARE.uuid(), GpuLink.Way.SOCKET, 0)),
                List.of("GPU 3: its name is no text"));
        assertThat(GpuInventoryJson.read(GpuInventoryJson.write(inventory, pretty)))
                .isEqualTo(inventory);
    }

    @Test
    void everyOutcomeIsReadBackTheSame() {
        GpuInventory simulated = new SimulatedGpuProbe("h", "L40S", 2, 9, SimulatedTopology.NVLINK_PAIRS).probe();
        for (GpuInventory inventory :
                List.of(simulated, GpuInventory.noDriver("none"), GpuInventory.failed("it hangs"))) {
            assertThat(GpuInventoryJson.read(GpuInventoryJson.write(inventory, false)))
                    .isEqualTo(inventory);
        }
    }

    @Test
    void whatIsAbsentHasNoKey() {
        String json = GpuInventoryJson.write(
                new GpuInventory(
                        GpuInventory.Outcome.READ,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(BARE),
                        List.of(),
                        List.of()),
                false);
        assertThat(json)
                .isEqualTo("{\"outcome\":\"READ\",\"simulated\":false,\"gpus\":[{\"uuid\":\"" + BARE.uuid()
                        + "\",\"index\":3,\"processes\":[]}],\"problems\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"outcome\":\"SO_SO\",\"simulated\":false,\"gpus\":[],\"problems\":[]}",
                "{\"outcome\":\"READ\",\"simulated\":false,\"gpus\":[{\"uuid\":\"u\"}],\"problems\":[]}",
                "{\"outcome\":\"READ\",\"simulated\":false,\"problems\":[],"
                        + "\"gpus\":[{\"uuid\":\"u\",\"index\":\"0\",\"processes\":[]}]}"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> GpuInventoryJson.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
