package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkVolumeTest {
    private static final String ID = "networkvolume001";

    @TempDir
    Path folder;

    private Path share;
    private Path manifest;

    @BeforeEach
    void aShare() throws IOException {
        share = folder.toRealPath();
        manifest = share.resolve("berth-volumes/.known").resolve(ID);
    }

    private Path use(String tenant) {
        return NetworkVolume.folder(share, ID, tenant);
    }

    private void refused(Kind kind, String tenant) {
        assertThatThrownBy(() -> use(tenant))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void aVolumeThatWasUsedAndIsMissingIsNotMadeAnew() throws IOException {
        Path volume = use("tenant-a");
        Files.writeString(volume.resolve("file"), "kept");
        Path aside = share.resolve("aside");
        Files.move(volume, aside);
        refused(Kind.NOT_FOUND, "tenant-a");
        assertThat(volume).doesNotExist();
        Files.move(aside, volume);
        assertThat(use("tenant-a").resolve("file")).hasContent("kept");
    }

    @Test
    void oneOfAnotherTenantIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(use("tenant-a").resolve("file"), "kept");
        refused(Kind.WRONG_OWNER, "tenant-b");
        assertThat(use("tenant-a").resolve("file")).hasContent("kept");
    }

    @Test
    void aFolderWithoutAManifestGetsOneAtItsNextUse() throws IOException {
        Path older = Files.createDirectories(share.resolve("berth-volumes").resolve(ID));
        Files.writeString(older.resolve("file"), "kept");
        assertThat(use("tenant-a").resolve("file")).hasContent("kept");
        assertThat(manifest).hasContent("volume=" + ID + "\ntenant=tenant-a\n");
        Files.move(older, share.resolve("aside"));
        refused(Kind.NOT_FOUND, "tenant-a");
    }

    @Test
    void aManifestThatSaysNothingIsLookedAtBySomebody() throws IOException {
        use("tenant-a");
        Files.writeString(manifest, "");
        refused(Kind.DAMAGED, "tenant-a");
    }

    @Test
    void hostsThatUseItForTheFirstTimeAtOnceAgree() throws IOException {
        List<CompletableFuture<Path>> hosts = IntStream.range(0, 8)
                .mapToObj(host -> CompletableFuture.supplyAsync(() -> use("tenant-a")))
                .toList();
        assertThat(hosts.stream().map(CompletableFuture::join))
                .containsOnly(manifest.resolveSibling("../" + ID).normalize());
        try (Stream<Path> known = Files.list(manifest.resolveSibling("."))) {
            assertThat(known.map(path -> path.getFileName().toString())).containsExactly(ID);
        }
    }
}
