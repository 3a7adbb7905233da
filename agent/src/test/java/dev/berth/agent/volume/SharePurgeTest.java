package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharePurgeTest {
    private static final String ID = "networkvolume001";
    private static final String OTHER = "networkvolume002";
    private static final VolumeKey KEY = new VolumeKey(ID, 3);

    @TempDir
    Path folder;

    private Path share;
    private Path volumes;

    /** Two volumes with files on a share that host a has used. */
    @BeforeEach
    void aShareWithTwoVolumes() throws IOException {
        share = Files.createDirectory(folder.toRealPath().resolve("share"));
        volumes = share.resolve("berth-volumes");
        for (String id : List.of(ID, OTHER)) {
            Path volume = NetworkVolume.folder(host("a").use("nfs"), id, TestHost.TENANT);
            Files.writeString(Files.createDirectories(volume.resolve("deep/er")).resolve("file"), id);
        }
    }

    private Shares host(String name) {
        TreeMap<String, Path> paths = new TreeMap<>();
        paths.put("nfs", share);
        return new Shares(paths, folder.resolve("memory-" + name));
    }

    private void purge(String host) {
        new SharePurge(host(host)).purge("nfs", KEY, TestHost.TENANT);
    }

    private static void refused(Kind kind, String words, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(VolumeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e).hasMessageContaining(words);
        });
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.walk(share)) {
            return all.filter(path -> path.toString().contains(ID))
                    .map(Path::toString)
                    .toList();
        }
    }

    @Test
    void theOrderedVolumeGoesAndNothingElseOfTheShare() throws IOException {
        Path beside = Files.writeString(share.resolve("somebody's"), "file");
        purge("a");
        purge("a");
        assertThat(left()).isEmpty();
        assertThat(volumes.resolve(OTHER).resolve("deep/er/file")).hasContent(OTHER);
        assertThat(beside).hasContent("file");
    }

    @Test
    void noLinkWithinItIsFollowedAndALinkInItsPlaceIsLeftAlone() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "precious");
        Files.createSymbolicLink(volumes.resolve(ID).resolve("out"), outside);
        purge("a");
        assertThat(left()).isEmpty();

        Files.createSymbolicLink(volumes.resolve(ID), outside);
        refused(Kind.BAD_PATH, "is a link", () -> purge("a"));
        assertThat(outside.resolve("precious")).hasContent("precious");
    }

    @Test
    void whatAnAgentThatWasKilledLeftIsDeletedByWhoeverIsOrderedNext() throws IOException {
        Path trash = Files.createDirectory(volumes.resolve(".trash"));
        Files.move(volumes.resolve(ID), trash.resolve(ID + ".2"));
        Path newer = Files.createDirectory(trash.resolve(ID + ".4"));
        Path others = Files.createDirectory(trash.resolve(OTHER + ".1"));
        purge("b");
        assertThat(left()).as("an order is for its generation and older ones").containsExactly(newer.toString());
        assertThat(others).isDirectory();
    }

    @Test
    void aPurgeThatWasCutOffAnywhereIsFinished() throws IOException {
        Path trash = Files.createDirectory(volumes.resolve(".trash"));
        Path cutOff = Files.writeString(volumes.resolve(".known").resolve(ID + ".half"), "vol");
        Files.move(volumes.resolve(ID), trash.resolve(KEY.toString()));
        purge("a");
        assertThat(left()).isEmpty();
        assertThat(cutOff).doesNotExist();
        assertThat(volumes.resolve(".known").resolve(OTHER)).exists();
    }

    @Test
    void aVolumeThatSomebodyTookAwayIsNotTakenForDeleted() throws IOException {
        Path aside = folder.resolve("aside");
        Files.move(volumes.resolve(ID), aside);
        refused(Kind.FAILED, "is missing", () -> purge("a"));
        Files.move(aside, volumes.resolve(ID));
        purge("a");
        assertThat(left()).isEmpty();
    }

    @Test
    void anotherTenantsVolumeStays() {
        refused(Kind.WRONG_OWNER, "another tenant", () -> new SharePurge(host("a")).purge("nfs", KEY, "tenant-b"));
        assertThat(volumes.resolve(ID).resolve("deep/er/file")).hasContent(ID);
    }

    @Test
    void twoHostsAtOnceLeaveNothing() throws IOException {
        for (int i = 0; i < 300; i++) {
            Files.writeString(volumes.resolve(ID).resolve("file" + i), "x");
        }
        Stream.of("a", "b")
                .map(host -> CompletableFuture.runAsync(() -> untilDone(host)))
                .toList()
                .forEach(CompletableFuture::join);
        assertThat(left()).isEmpty();
    }

    /** As the agent does it: what is not possible now is tried again. */
    private void untilDone(String host) {
        for (int tries = 0; tries < 1_000; tries++) {
            try {
                purge(host);
                return;
            } catch (VolumeException e) {
                assertThat(e.kind()).isIn(Kind.BUSY, Kind.FAILED);
            }
        }
        purge(host);
    }

    @Test
    void aShareThatIsNotMountedIsNoEvidence() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(share, elsewhere);
        refused(Kind.FAILED, "cannot be reached", () -> purge("a"));
        Files.createDirectory(share);
        refused(Kind.FAILED, "is not mounted", () -> purge("a"));
        refused(Kind.FAILED, "is not mounted", () -> purge("b"));
        refused(Kind.FAILED, "is not mounted", () -> host("a").use("nfs"));
        // A host that has never seen the share takes what it finds for it, and those that have do not.
        host("c").use("nfs");
        refused(Kind.FAILED, "another file system", () -> purge("a"));

        TestHost.sh("rm -r " + share);
        Files.move(elsewhere, share);
        refused(Kind.FAILED, "another file system", () -> purge("c"));
        purge("a");
        assertThat(left()).isEmpty();
    }

    @Test
    void aShareThatThisHostHasNotIsNoEvidence() {
        refused(
                Kind.FAILED,
                "has no share other",
                () -> new SharePurge(host("a")).purge("other", KEY, TestHost.TENANT));
    }

    @Test
    void aVolumeThatIsBoundAnywhereOnTheHostStays() throws IOException {
        Path bound = Files.createDirectory(folder.resolve("bound"));
        TestHost.sh("mount --bind " + volumes.resolve(ID) + " " + bound);
        try {
            refused(Kind.BUSY, "still mounted", () -> purge("a"));
            assertThat(bound.resolve("deep/er/file")).hasContent(ID);
        } finally {
            TestHost.sh("umount " + bound);
        }
        purge("a");
        assertThat(left()).isEmpty();
    }

    @Test
    void aBoundFolderIsKnownByItsPartOfTheFileSystem() {
        assertThat(BoundFolders.isOf("36 35 0:44 /berth-volumes/" + ID + " /data rw - nfs4 h:/ rw", ID))
                .isTrue();
        assertThat(BoundFolders.isOf("36 35 0:44 /x/berth-volumes/.trash/" + ID + ".2/in /d rw - nfs h:/ rw", ID))
                .isTrue();
        assertThat(BoundFolders.isOf("36 35 0:44 /berth-volumes/" + OTHER + " /data rw - nfs4 h:/ rw", ID))
                .isFalse();
        assertThat(BoundFolders.isOf("36 35 0:44 / /berth-volumes/" + ID + " rw - nfs4 h:/ rw", ID))
                .isFalse();
        assertThat(BoundFolders.isOf("", ID)).isFalse();
    }
}
