package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.gpu.Finding.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdleCheckTest {
    private static final String GPU = "GPU-1";
    private static final String MIG = "MIG-1";
    private static final GpuProcess LEFT = new GpuProcess(4242, OptionalInt.empty());

    private static GpuInventory host(GpuUse use, MigInstance... instances) {
        Gpu gpu = new Gpu(
                GPU,
                0,
                OptionalInt.of(0),
                Optional.of("NVIDIA H200"),
                OptionalInt.of(143_771),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                "",
                Optional.of(instances.length > 0),
                List.of(instances),
                use);
        return new GpuInventory(
                GpuInventory.Outcome.READ,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(gpu),
                List.of(),
                List.of("GPU 3: it is lost"));
    }

    private static GpuUse use(int usedMib, GpuProcess... processes) {
        return new GpuUse(OptionalInt.of(usedMib), Optional.of(List.of(processes)));
    }

    private static Finding found(GpuInventory now, String unit, int idleMib) {
        return IdleCheck.whyNot(now, unit, idleMib).orElseThrow(() -> new AssertionError(unit + " is clear"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "64, 0, true", "65, 0, false", "412, 0, false", "412, 348, true", "412, 347, false"})
    void aUnitWithoutProcessIsClearWithinAToleranceAboveItsIdleMemory(int usedMib, int idleMib, boolean clear) {
        Optional<Finding> why = IdleCheck.whyNot(host(use(usedMib)), GPU, idleMib);
        assertThat(why.isEmpty()).isEqualTo(clear);
        assertThat(why.map(Finding::kind)).isEqualTo(clear ? Optional.empty() : Optional.of(Kind.MEMORY));
    }

    @Test
    void aProcessIsNamedHoweverLittleMemoryItHas() {
        Finding one = found(host(use(0, LEFT)), GPU, 0);
        assertThat(one).isEqualTo(new Finding(Kind.PROCESS, "process 4242 on it"));
        GpuProcess[] five = new GpuProcess[5];
        for (int i = 0; i < five.length; i++) {
            five[i] = new GpuProcess(i + 1, OptionalInt.of(1));
        }
        assertThat(found(host(use(0, five)), GPU, 0).words()).isEqualTo("processes 1, 2, 3 and 2 more on it");
    }

    @Test
    void whatCannotBeReadIsNotNothing() {
        GpuUse noMemory = new GpuUse(OptionalInt.empty(), Optional.of(List.of()));
        GpuUse noProcesses = new GpuUse(OptionalInt.of(0), Optional.empty());
        assertThat(found(host(noMemory), GPU, 0).kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(found(host(noProcesses), GPU, 0).kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(found(GpuInventory.failed("it hangs"), GPU, 0))
                .isEqualTo(new Finding(Kind.NO_ANSWER, "the driver does not tell: it hangs"));
        assertThat(found(GpuInventory.noDriver("no module"), GPU, 0).kind()).isEqualTo(Kind.NO_ANSWER);
    }

    @Test
    void aUnitThatTheDriverDoesNotListIsNotClear() {
        assertThat(found(host(GpuUse.IDLE), "GPU-2", 0).kind()).isEqualTo(Kind.NOT_LISTED);
        assertThat(found(host(GpuUse.IDLE), "GPU-2", 0).words()).contains("GPU 3: it is lost");
        assertThat(found(host(GpuUse.IDLE), MIG, 0).kind()).isEqualTo(Kind.NOT_LISTED);
    }

    @Test
    void anInstanceIsJudgedByItsOwnProcessesAndMemoryAndNotByThoseOfItsNeighbours() {
        GpuInventory busyNeighbour = host(use(70_000, LEFT), new MigInstance(MIG, "1g", 16_384, use(20)));
        assertThat(IdleCheck.whyNot(busyNeighbour, MIG, 0)).isEmpty();
        GpuInventory busy = host(use(20), new MigInstance(MIG, "1g", 16_384, use(20, LEFT)));
        assertThat(found(busy, MIG, 0).words()).isEqualTo("process 4242 on it");
    }

    @Test
    void anInstanceWhoseProcessesAreNotKeptApartIsClearOnlyWhenItsGpuHasNone() {
        MigInstance instance = new MigInstance(MIG, "1g", 16_384, new GpuUse(OptionalInt.of(0), Optional.empty()));
        assertThat(IdleCheck.whyNot(host(use(0), instance), MIG, 0)).isEmpty();
        Finding found = found(host(use(0, LEFT), instance), MIG, 0);
        assertThat(found.kind()).isEqualTo(Kind.PROCESS);
        assertThat(found.words()).contains("4242", "of its GPU GPU-1");
    }
}
