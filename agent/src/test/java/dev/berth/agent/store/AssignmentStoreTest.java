package dev.berth.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.SavedState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssignmentStoreTest {
    @TempDir
    Path folder;

    @Test
    void givesBackEveryFieldThatWasSaved() throws IOException {
        new AssignmentStore(folder).save(state(7));
        assertThat(new AssignmentStore(folder).load()).contains(state(7));
    }

    @Test
    void hasNothingBeforeTheFirstSave() throws IOException {
        assertThat(new AssignmentStore(folder).load()).isEmpty();
    }

    @Test
    void aCutAnywhereInTheFileIsNoticed() throws IOException {
        new AssignmentStore(folder).save(state(7));
        Path file = folder.resolve("assignments");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length = after(length)) {
            replace(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> new AssignmentStore(folder).load())
                    .as("cut after %d of %d bytes", length, whole.length)
                    .isInstanceOf(UnreadableFileException.class);
        }
    }

    @Test
    void aChangedByteAnywhereInTheFileIsNoticed() throws IOException {
        new AssignmentStore(folder).save(state(7));
        Path file = folder.resolve("assignments");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at = after(at)) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            replace(file, damaged);
            assertThatThrownBy(() -> new AssignmentStore(folder).load())
                    .as("byte %d changed", at)
                    .isInstanceOf(UnreadableFileException.class);
        }
    }

    /** Every byte of the header, then every 13th: a write to a busy disk takes its time. */
    private static int after(int offset) {
        return offset < 32 ? offset + 1 : offset + 13;
    }

    /** A new file each time: ext4 flushes one that was truncated and written again. */
    private static void replace(Path file, byte[] content) throws IOException {
        Files.delete(file);
        Files.write(file, content);
    }

    @Test
    void aCrashWhileWritingLeavesTheFormerState() throws IOException {
        AssignmentStore store = new AssignmentStore(folder);
        store.save(state(7));
        byte[] next = SavedStateFormat.write(state(8));
        Files.write(folder.resolve("assignments.new"), Arrays.copyOf(next, next.length / 2));
        assertThat(new AssignmentStore(folder).load()).contains(state(7));
        store.save(state(9));
        assertThat(new AssignmentStore(folder).load()).contains(state(9));
    }

    @Test
    void aDamagedFileIsLaidAsideAndMakesRoom() throws IOException {
        AssignmentStore store = new AssignmentStore(folder);
        Files.write(
                folder.resolve("assignments"), "nonsense, long enough for a header".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(store::load)
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageContaining("assignments");
        assertThat(store.layAside()).hasContent("nonsense, long enough for a header");
        assertThat(store.load()).isEmpty();
    }

    @Test
    void aFolderThatIsGoneIsAnErrorAndNotSilence() {
        AssignmentStore store = new AssignmentStore(folder.resolve("missing"));
        assertThatThrownBy(() -> store.save(state(1))).isInstanceOf(IOException.class);
    }

    private static SavedState state(long revision) {
        SortedMap<String, String> env = new TreeMap<>();
        env.put("A", "with = and ü");
        env.put("LONG", "x".repeat(100_000));
        ContainerSpec spec = new ContainerSpec("debian", List.of("/bin/sh"), List.of("-c", ""), "echo", env, true);
        Assignment full = new Assignment(
                "pod1", 3, Goal.STOP, "tenant", spec, List.of("g0", "g1"), 1600, 92_160, 20, 5_000, true);
        ContainerSpec bare = new ContainerSpec("d", List.of(), List.of(), "", new TreeMap<>(), false);
        Assignment other = new Assignment("pod2", 1, Goal.RUN, "", bare, List.of(), 0, 0, 0, 0);
        return new SavedState(
                revision,
                "boot",
                List.of(
                        new SavedPod(full, true, true, false, true, null, new Exit(137, true, true)),
                        new SavedPod(
                                other,
                                false,
                                false,
                                true,
                                false,
                                new Failure(FailureReason.PULL_TIMEOUT, "slow"),
                                new Exit(null, false, false)),
                        new SavedPod(other.withGoal(Goal.REMOVE), true, false, false, false, null, null)));
    }
}
