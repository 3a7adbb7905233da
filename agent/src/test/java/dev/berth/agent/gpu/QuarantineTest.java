package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.gpu.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuarantineTest {
    private static final Finding MEMORY = new Finding(Kind.MEMORY, "412 MiB in use, 5 MiB when idle, and no process");

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private Quarantine open(String bootId) throws IOException {
        Quarantine quarantine = Quarantine.open(folder, bootId);
        quarantine.listen(() -> told.add(String.join(",", quarantine.units())));
        return quarantine;
    }

    private static SortedMap<String, Finding> found(String unit, Finding finding) {
        return new TreeMap<>(Map.of(unit, finding));
    }

    private static SortedMap<String, Finding> nothing() {
        return new TreeMap<>();
    }

    @Test
    void aRestartForgetsNeitherUnitNorReasonNorTimeNorIdleMemory() throws IOException {
        Quarantine before = open("boot");
        before.seenIdle("GPU-1", 7);
        before.seenIdle("GPU-1", 9);
        before.judge(1, Set.of(), found("GPU-1", MEMORY), 5_000);
        Quarantine after = open("boot");
        assertThat(after.units()).containsExactly("GPU-1");
        assertThat(after.of("GPU-1")).contains(new Quarantined(MEMORY, 5_000));
        assertThat(after.idleMib("GPU-1")).isEqualTo(7);
        assertThat(after.recordLost()).isFalse();
        assertThat(after.warnings())
                .singleElement()
                .asString()
                .startsWith("unit GPU-1 is quarantined since 1970-01-01T00:00:05Z: 412 MiB in use")
                .contains("every 60 s", "nvidia-smi --gpu-reset -i GPU-1");
    }

    @Test
    void aUnitThatIsClearIsBackInStockForGood() throws IOException {
        Quarantine quarantine = open("boot");
        quarantine.judge(1, Set.of(), found("GPU-1", MEMORY), 5_000);
        quarantine.retested(2, Set.of("GPU-1"), nothing(), 65_000);
        assertThat(told).containsExactly("GPU-1", "");
        assertThat(open("boot").units()).isEmpty();
    }

    @Test
    void aFindingOfTheSameKindIsNoNewsAndOneOfAnotherIs() throws IOException {
        Quarantine quarantine = open("boot");
        quarantine.judge(1, Set.of(), found("GPU-1", MEMORY), 5_000);
        quarantine.retested(2, Set.of(), found("GPU-1", new Finding(Kind.MEMORY, "410 MiB")), 65_000);
        assertThat(told).hasSize(1);
        Finding hang = new Finding(Kind.NO_ANSWER, "it hangs");
        quarantine.retested(3, Set.of(), found("GPU-1", hang), 125_000);
        assertThat(told).hasSize(2);
        assertThat(quarantine.of("GPU-1")).contains(new Quarantined(hang, 5_000));
    }

    @Test
    void aRetestTakesNoUnitBackThatWasGivenOutMeanwhileAndAnOldProbeDecidesNothing() throws IOException {
        Quarantine quarantine = open("boot");
        quarantine.judge(1, Set.of(), found("GPU-1", MEMORY), 5_000);
        quarantine.judge(3, Set.of("GPU-1"), nothing(), 6_000);
        quarantine.retested(4, Set.of(), found("GPU-1", new Finding(Kind.PROCESS, "process 1 on it")), 7_000);
        assertThat(quarantine.units()).isEmpty();
        quarantine.judge(6, Set.of(), found("GPU-1", MEMORY), 8_000);
        quarantine.retested(5, Set.of("GPU-1"), nothing(), 9_000);
        assertThat(quarantine.units()).containsExactly("GPU-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 20, 40})
    void aDamagedFileIsKeptAndSaidUntilANewOneReplacesIt(int keptBytes) throws IOException {
        Quarantine before = open("boot");
        before.seenIdle("GPU-1", 300);
        before.judge(1, Set.of(), found("GPU-1", MEMORY), 5_000);
        byte[] bytes = Files.readAllBytes(folder.resolve("quarantine"));
        Files.write(folder.resolve("quarantine"), Arrays.copyOf(bytes, keptBytes));
        Quarantine after = open("boot");
        assertThat(after.recordLost()).isTrue();
        assertThat(after.units()).isEmpty();
        assertThat(folder.resolve("quarantine.unreadable")).hasSize(keptBytes);
        assertThat(after.idleMib("GPU-1")).as("not lost with the units").isEqualTo(300);
        after.judge(1, Set.of(), found("GPU-2", MEMORY), 6_000);
        Quarantine crashed = open("boot");
        assertThat(crashed.recordLost()).as("by a crash before all were tested").isTrue();
        crashed.replaceLostRecord();
        crashed.judge(0, Set.of(), found("GPU-1", MEMORY), 7_000);
        Quarantine whole = open("boot");
        assertThat(whole.recordLost()).isFalse();
        assertThat(whole.units()).containsExactly("GPU-1");
        assertThat(whole.idleMib("GPU-1")).isEqualTo(300);
    }

    @Test
    void anotherBootKeepsUnitsForgetsIdleMemoryAndDropsWhatWasTakenOut() throws IOException {
        Quarantine before = open("boot");
        before.seenIdle("GPU-1", 7);
        before.judge(1, Set.of(), found("GPU-1", MEMORY), 5_000);
        GpuInventory without = new GpuInventory(
                GpuInventory.Outcome.READ, false, Optional.empty(), Optional.empty(), List.of(), List.of(), List.of());
        Quarantine same = open("boot");
        same.forgetTakenOut(without);
        assertThat(same.units()).containsExactly("GPU-1");
        Quarantine after = open("next boot");
        assertThat(after.units()).containsExactly("GPU-1");
        assertThat(after.idleMib("GPU-1")).isZero();
        after.forgetTakenOut(GpuInventory.failed("it hangs"));
        assertThat(after.units()).containsExactly("GPU-1");
        after.forgetTakenOut(without);
        assertThat(after.units()).isEmpty();
        assertThat(open("next boot").units()).isEmpty();
    }
}
