package dev.berth.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.PortBinding;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
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
    void aFileOfAnAgentBeforeVolumesAndOneBeforeLeasesAreRead() throws IOException {
        for (int version = 1; version <= 2; version++) {
            new DurableFile(folder.resolve("assignments"), 0x42455254_48415300L + version).write(former(version >= 2));
            SavedState state = new AssignmentStore(folder).load().orElseThrow();
            assertThat(state.revision()).isEqualTo(5);
            assertThat(state.volumes()).isEmpty();
            SavedPod pod = state.pods().getFirst();
            assertThat(pod.assignment().unitIds()).containsExactly("g0");
            assertThat(pod.assignment().volumes()).isEmpty();
            assertThat(pod.ran()).isTrue();
            assertThat(pod.exit()).isEqualTo(new Exit(7, true, false));
        }
    }

    /** Byte by byte as those agents wrote it. */
    private static byte[] former(boolean knowsLeases) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(5);
        FormatWords.text(out, "boot");
        out.writeInt(1);
        FormatWords.text(out, "pod1");
        out.writeInt(3);
        FormatWords.text(out, "STOP");
        FormatWords.text(out, "tenant");
        FormatWords.text(out, "debian");
        out.writeInt(0);
        out.writeInt(0);
        FormatWords.text(out, "");
        out.writeInt(0);
        out.writeBoolean(true);
        out.writeInt(1);
        FormatWords.text(out, "g0");
        out.writeInt(1_600);
        out.writeLong(92_160);
        out.writeInt(20);
        out.writeInt(5_000);
        out.write(new byte[knowsLeases ? 1 : 0]);
        out.write(new byte[] {1, 0, 0});
        out.write(new byte[knowsLeases ? 1 : 0]);
        out.writeBoolean(false);
        out.writeBoolean(true);
        out.writeBoolean(true);
        out.writeInt(7);
        out.write(new byte[] {1, 0});
        return bytes.toByteArray();
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
                        new SavedPod(
                                withVolumes(),
                                true,
                                false,
                                false,
                                false,
                                true,
                                3,
                                2,
                                true,
                                null,
                                new Exit(null, false, false).booted().overDisk()),
                        new SavedPod(other.withGoal(Goal.REMOVE), true, false, false, false, null, null)),
                orders());
    }

    private static List<VolumeOrder> orders() {
        return List.of(
                new VolumeOrder(
                        new VolumeKey("v000000000000001", 3),
                        CopyGoal.KEEP,
                        VolumeKind.SYSTEM,
                        "tenant",
                        "pod3",
                        100,
                        true,
                        "",
                        null,
                        List.of(new FetchGrant("aa", "bb")),
                        2),
                new VolumeOrder(
                        new VolumeKey("v000000000000002", 1),
                        CopyGoal.FETCH,
                        VolumeKind.POD,
                        "tenant",
                        "pod3",
                        10,
                        false,
                        "nfs",
                        new FetchSource("h:1", "ff", "tt", 4),
                        List.of(),
                        0));
    }

    private static Assignment withVolumes() {
        ContainerSpec bare = new ContainerSpec("d", List.of(), List.of(), "", new TreeMap<>(), false);
        return new Assignment(
                "pod3",
                2,
                Goal.RUN,
                "tenant",
                bare,
                List.of("g0"),
                100,
                1_024,
                20,
                5_000,
                false,
                List.of(
                        new VolumeMount(new VolumeKey("v000000000000001", 3), VolumeKind.SYSTEM, "", ""),
                        new VolumeMount(new VolumeKey("n000000000000001", 0), VolumeKind.NETWORK, "/data", "nfs")),
                List.of(new PortBinding(22, 20_022)),
                "sync",
                3);
    }
}
