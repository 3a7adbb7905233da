package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.VolumeCopy.Place;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumeStoreTest {
    private final TestHost host = new TestHost();
    private final PodKey pod = new PodKey("pod1", 1);

    VolumeStoreTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static VolumeManifest fresh(VolumeKey key, long mib) {
        return VolumeManifest.fresh(key, VolumeKind.POD, TestHost.TENANT, "pod1", mib * TestHost.MIB);
    }

    @Test
    void aVolumeOfAHundredGigabytesTakesNextToNothing() {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 100 << 10);
        host.mountData(pod, key);
        assertThat(host.store.manifest(key).sizeBytes()).isEqualTo((100L << 10) * TestHost.MIB);
        assertThat(host.store.find(key))
                .singleElement()
                .satisfies(copy -> assertThat(copy.allocatedBytes()).isLessThan(8 * TestHost.MIB));
        assertThat(host.mounts.mounted())
                .singleElement()
                .satisfies(volume -> assertThat(volume.usedBytes()).isBetween(0L, TestHost.MIB));
    }

    @Test
    void makingTwiceKeepsTheFirstAndItsData() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Files.writeString(host.mountData(pod, key).resolve("a"), "a");
        host.mounts.unmount(pod);
        host.store.create(fresh(key, 128));
        assertThat(host.store.manifest(key).sizeBytes()).isEqualTo(64 * TestHost.MIB);
        assertThat(host.mountData(pod, key).resolve("a")).hasContent("a");
        refused(
                Kind.WRONG_OWNER,
                () -> host.store.create(
                        VolumeManifest.fresh(key, VolumeKind.POD, "tenant-b", "pod1", 64 * TestHost.MIB)));
    }

    @Test
    void aMakingThatWasCutOffIsDoneAgain() throws IOException {
        VolumeKey key = TestHost.key();
        Path making = Files.createDirectories(host.volumes.resolve("making").resolve(key.toString()));
        Files.write(making.resolve("disk.img"), new byte[5000]);
        Files.writeString(making.resolve("manifest.new"), "half");
        assertThat(host.store.list()).isEmpty();
        host.store.create(fresh(key, 64));
        assertThat(host.mountData(pod, key)).isDirectory();
        assertThat(making).doesNotExist();
    }

    @Test
    void trashRestoreAndPurgeGoByExactlyTheirKey() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        VolumeKey second = new VolumeKey(key.volumeId(), 2);
        Files.writeString(host.mountData(pod, key).resolve("a"), "a");
        refused(Kind.BUSY, () -> host.store.trash(key));
        host.mounts.unmount(pod);
        refused(Kind.CONFLICT, () -> host.store.purge(key));
        host.store.trash(key);
        host.store.trash(key);
        refused(Kind.NOT_FOUND, () -> host.mountData(pod, key));
        refused(Kind.CONFLICT, () -> host.store.create(fresh(key, 64)));
        refused(Kind.CONFLICT, () -> host.store.restore(key, 1, "pod1"));

        host.store.restore(key, 2, "pod1");
        host.store.restore(key, 2, "pod1");
        // A purge of the old generation that comes late hits nothing.
        host.store.purge(key);
        assertThat(host.mountData(pod, second).resolve("a")).hasContent("a");
        host.mounts.unmount(pod);
        host.store.trash(second);
        refused(Kind.NOT_FOUND, () -> host.store.restore(key, 3, "pod1"));
        host.store.purge(second);
        host.store.purge(second);
        assertThat(host.store.list()).isEmpty();
    }

    @Test
    void aRestoredVolumeIsAnotherPodsWhateverItsIncarnations() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Files.writeString(host.mountData(new PodKey("pod1", 9), key).resolve("a"), "a");
        host.mounts.unmount(new PodKey("pod1", 9));
        host.store.trash(key);
        VolumeKey second = new VolumeKey(key.volumeId(), 2);
        host.store.restore(key, 2, "heir");
        refused(Kind.WRONG_OWNER, () -> host.mountData(new PodKey("pod1", 10), second));
        assertThat(host.mountData(new PodKey("heir", 1), second).resolve("a")).hasContent("a");
        host.mounts.unmount(new PodKey("heir", 1));
    }

    @Test
    void aRestoreThatWasCutOffAfterItsRecordIsFinished() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        host.store.trash(key);
        Path trashed = host.volumes.resolve("trash").resolve(key.toString());
        new ManifestFile(trashed).write(fresh(key, 64).as(new VolumeKey(key.volumeId(), 2)));
        assertThat(host.store.list())
                .singleElement()
                .satisfies(copy -> assertThat(copy.readable()).isTrue());
        assertThat(host.store.restore(key, 5, "pod1").key().generation()).isEqualTo(5);
        assertThat(host.mountData(pod, new VolumeKey(key.volumeId(), 5))).isDirectory();
    }

    @Test
    void aFetchedCopyIsAdoptedOnceAndOnlyWhereNoneLies() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        VolumeKey moved = new VolumeKey(key.volumeId(), 2);
        Files.copy(host.disk(key), host.store.partialDisk(moved));
        refused(Kind.NOT_FOUND, () -> host.mountData(pod, moved));
        VolumeManifest manifest = host.store.manifest(key).as(moved);
        host.store.adopt(manifest);
        host.store.adopt(manifest);
        assertThat(host.store.manifest(moved).formerGeneration()).isEqualTo(1);
        assertThat(host.mountData(pod, moved)).isDirectory();

        host.store.partialDisk(moved);
        refused(Kind.CONFLICT, () -> host.store.adopt(manifest));
        host.store.purge(moved);
        assertThat(host.store.manifest(moved).key()).isEqualTo(moved);
    }

    @Test
    void badCopiesAreListedWithWhatIsWrongAndSpoilNoOther() throws IOException {
        VolumeKey good = host.made(VolumeKind.POD, "pod1", 64);
        VolumeKey renamed = host.made(VolumeKind.POD, "pod1", 64);
        VolumeKey half = host.made(VolumeKind.POD, "pod1", 64);
        VolumeKey noDisk = host.made(VolumeKind.POD, "pod1", 64);
        Files.move(host.volumes.resolve(renamed.toString()), host.volumes.resolve("zzzzzzzzzzzzzzzz.7"));
        Files.write(host.volumes.resolve(half.toString()).resolve("manifest"), new byte[20]);
        Files.delete(host.disk(noDisk));
        Files.createSymbolicLink(host.disk(noDisk), host.disk(good));
        Files.writeString(host.volumes.resolve("notes.txt"), "mine");
        host.store.partialDisk(new VolumeKey(good.volumeId(), 9));

        List<VolumeCopy> copies = host.store.list();
        assertThat(copies)
                .filteredOn(VolumeCopy::readable)
                .extracting(VolumeCopy::name, VolumeCopy::place)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(good.toString(), Place.PRESENT),
                        org.assertj.core.groups.Tuple.tuple(good.volumeId() + ".9", Place.PARTIAL));
        assertThat(copies)
                .filteredOn(copy -> !copy.readable())
                .hasSize(4)
                .extracting(VolumeCopy::problem)
                .anySatisfy(problem -> assertThat(problem).contains("manifest is of " + renamed))
                .anySatisfy(problem -> assertThat(problem).contains("no volume's"))
                .anySatisfy(problem -> assertThat(problem).contains("disk.img"))
                .anySatisfy(problem -> assertThat(problem).contains("cannot be read"));
        refused(Kind.DAMAGED, () -> host.mountData(pod, noDisk));
        refused(Kind.DAMAGED, () -> host.mountData(pod, half));
        assertThat(host.mountData(pod, good)).isDirectory();
    }

    @Test
    void sizesOfHundredsOfCopiesAreKnown() throws IOException {
        for (int i = 0; i < 300; i++) {
            Files.write(host.store.partialDisk(TestHost.key()), new byte[5000]);
        }
        assertThat(host.store.list())
                .hasSize(300)
                .allSatisfy(copy -> assertThat(copy.allocatedBytes()).isEqualTo(8192));
    }

    @Test
    void onlyIdsThatAreNoPathsAreKeys() {
        for (String bad :
                List.of("../../etc/passwd", "..", "", "a", "0123456789abcdeF", "0123456789abcde/", "a".repeat(17))) {
            assertThatThrownBy(() -> new VolumeKey(bad, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(VolumeKey.parse(bad + ".1")).isEmpty();
        }
        assertThat(VolumeKey.parse("0123456789abcdef.01")).isEmpty();
        assertThat(VolumeKey.parse("0123456789abcdef.1")).hasValue(new VolumeKey("0123456789abcdef", 1));
    }

    @Test
    void theToolsAreThere() {
        assertThat(VolumeTools.missing()).isEmpty();
    }

    @Test
    void theCopiesOfOneKeyAreFoundAsTheyAreListedAndNoOthers() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        host.made(VolumeKind.POD, "pod2", 64);
        host.store.trash(key);
        VolumeKey other = host.made(VolumeKind.POD, "pod1", 64);
        Files.write(host.store.partialDisk(key), new byte[5000]);
        assertThat(host.store.find(key))
                .hasSize(2)
                .isEqualTo(host.store.list().stream()
                        .filter(copy -> key.equals(copy.key()))
                        .toList())
                .allSatisfy(copy -> assertThat(copy.allocatedBytes()).isPositive());
        assertThat(host.store.find(other)).hasSize(1);
        assertThat(host.store.find(TestHost.key())).isEmpty();
    }
}
