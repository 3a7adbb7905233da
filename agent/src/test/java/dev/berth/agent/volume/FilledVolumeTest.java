package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** System volumes under engines that keep no layers as folders: filled once from an archive of the image. */
class FilledVolumeTest {
    private final TestHost host = new TestHost();
    private final VolumeKey key = host.made(VolumeKind.SYSTEM, "pod1", 64);
    private final PodKey pod = new PodKey("pod1", 1);
    private final Path tree = Files.createDirectories(host.folder.resolve("tree"));
    private int opened;

    FilledVolumeTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    private SystemImage archive(String name) {
        return new SystemImage.Archived("test/" + name, TestHost.MIB, () -> {
            opened++;
            try {
                return open(host.folder.resolve(name + ".tar"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file);
    }

    private void pack(String name, String script) {
        TestHost.sh("cd " + tree + " && mkdir -p home root var run etc usr/bin opt dev && " + script
                + " && tar --xattrs -cf " + host.folder + "/" + name + ".tar *");
    }

    private Path mount(SystemImage image) {
        return Objects.requireNonNull(host.mounts
                .mount(pod, TestHost.TENANT, List.of(new WantedMount.SystemMount(key, 0)), image, List.of())
                .binds()
                .getFirst()
                .hostPath()
                .getParent());
    }

    @Test
    void ownersModesLinksAndAttributesComeAlongAndOnlyOnce() throws IOException {
        pack(
                "img",
                "echo a >etc/a && chown 1234:567 etc/a && chmod 4755 etc/a && ln etc/a usr/bin/hard"
                        + " && ln -s /etc/a usr/bin/soft && ln opt/../etc/a opt/third && chmod 700 root"
                        + " && echo b >etc/b");
        Files.setAttribute(tree.resolve("etc/b"), "user:mark", ByteBuffer.wrap(new byte[] {7}));
        pack("img", "true");
        Path filled = mount(archive("img"));
        assertThat(TestHost.sh("cd " + filled
                        + " && stat -c '%a %u:%g %h' etc/a && readlink usr/bin/soft && stat -c %a root" + " && ls"))
                .isEqualTo("4755 1234:567 2\n/etc/a\n700\netc\nhome\nroot\nrun\nusr\nvar");
        assertThat(Files.getAttribute(filled.resolve("etc/b"), "user:mark")).isEqualTo(new byte[] {7});
        Files.writeString(filled.resolve("etc/a"), "changed");
        host.mounts.unmount(pod);

        assertThat(mount(archive("gone")).resolve("etc/a")).hasContent("changed");
        assertThat(opened).isEqualTo(1);
        assertThat(host.store.manifest(key).build()).isEqualTo(VolumeBuild.FILLED);
        assertThat(host.store.manifest(key).image()).isEqualTo("test/img");
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
    }

    @Test
    void aFillingThatWasCutOffStartsAnew() throws IOException {
        pack("img", "echo a >etc/a");
        pack("half", "dd if=/dev/urandom of=usr/big bs=1M count=3 2>/dev/null && truncate -s 1M usr/big");
        TestHost.sh("truncate -s 600K " + host.folder + "/half.tar");
        assertThatThrownBy(() -> mount(archive("half"))).isInstanceOf(VolumeException.class);
        assertThat(host.left()).isEmpty();
        assertThat(host.store.manifest(key).build()).isEqualTo(VolumeBuild.NONE);
        Path filled = mount(archive("img"));
        assertThat(filled.resolve("etc/a")).hasContent("a");
        assertThat(TestHost.sh("ls " + filled.getParent())).isEqualTo("filled\nlost+found");
    }

    @Test
    void anArchiveThatClimbsOutWritesNothingOutside() {
        Path outside = host.folder.resolve("outside");
        TestHost.sh("mkdir " + outside);
        pack("evil", "ln -s " + outside + " etc/link && ln -s ../../../../../../../.." + outside + " etc/up");
        TestHost.sh("cd " + host.folder
                + " && mkdir -p two/etc/link two/etc/up && echo x >two/etc/link/f && echo x >two/etc/up/g"
                + " && tar -C two -rf evil.tar etc/link/f etc/up/g"
                + " && echo x >climb && tar -rPf evil.tar --transform='s,^climb,../../../../../../outside/h,' climb"
                + " && tar -rPf evil.tar --transform='s,^climb," + outside + "/i,' climb");
        try {
            mount(archive("evil"));
        } catch (VolumeException e) {
            assertThat(e.kind()).isEqualTo(Kind.FAILED);
        }
        assertThat(TestHost.sh("ls " + outside)).isEmpty();
    }

    @Test
    void aLinkAsASystemDirectoryIsRefusedHereToo() {
        pack("link", "rm -r var && ln -s /etc var");
        assertThatThrownBy(() -> mount(archive("link")))
                .hasMessageContaining("/var")
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IMAGE_UNFIT));
        assertThat(host.left()).isEmpty();
    }

    @Test
    void changesOverLayersNeedLayersBelow() throws IOException {
        mount(LayeredImage.debianLike(host, "img").image());
        host.mounts.unmount(pod);
        pack("img", "true");
        assertThatThrownBy(() -> mount(archive("img")))
                .hasMessageContaining("overlay2")
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LAYERS_UNFIT));
        // Also where the manifest does not know: what was changed must not be buried under a second system.
        host.store.record(host.store.manifest(key).withBuild(VolumeBuild.NONE, ""));
        assertThatThrownBy(() -> mount(archive("img"))).hasMessageContaining("overlay2");
        assertThat(opened).isZero();
    }

    @Test
    void anArchiveThatBreaksOffBetweenTwoFilesIsNotTakenForTheWhole() throws IOException {
        pack("img", "echo a >etc/a && echo z >var/z");
        byte[] whole = Files.readAllBytes(host.folder.resolve("img.tar"));
        // Up to the first entry of var, so that what came is a sound archive for tar.
        int cut = TestHost.sh("tar -tRf " + host.folder + "/img.tar")
                .lines()
                .filter(line -> line.endsWith(": var/"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D+(\\d+).*", "$1")) * 512)
                .findFirst()
                .orElseThrow();
        InputStream first = new ByteArrayInputStream(whole, 0, cut);
        InputStream gone = InputStream.nullInputStream();
        gone.close();
        InputStream broken = new SequenceInputStream(first, gone);
        SystemImage image = new SystemImage.Archived("test/img", TestHost.MIB, () -> broken);
        assertThatThrownBy(() -> mount(image)).hasMessageContaining("Stream closed");
        assertThat(host.store.manifest(key).build()).isEqualTo(VolumeBuild.NONE);
        assertThat(mount(archive("img")).resolve("var/z")).hasContent("z");
    }

    @Test
    void whatTheEngineRefusesLeavesNothingMounted() {
        SystemImage image = new SystemImage.Archived("test/img", TestHost.MIB, () -> {
            throw new IllegalStateException("no such image");
        });
        assertThatThrownBy(() -> mount(image)).hasMessage("no such image");
        assertThat(host.left()).isEmpty();
    }

    @Test
    void anImageThatOutgrowsTheVolumeIsRefusedByItsSize() throws IOException {
        pack("big", "dd if=/dev/urandom of=usr/big bs=1M count=70 2>/dev/null");
        assertThatThrownBy(() -> mount(archive("big")))
                .hasMessageContaining("make the volume larger")
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED_SIZE));
        assertThat(host.left()).isEmpty();
        host.store.grow(key, 192 * TestHost.MIB);
        assertThat(mount(archive("big")).resolve("usr/big")).hasSize(70 * TestHost.MIB);
    }

    @Test
    void anotherImageIsWarnedOfForTheFilesStayTheFirstOnes() {
        pack("img", "true");
        mount(archive("img"));
        host.mounts.unmount(pod);
        List<WantedMount> wanted = List.of(new WantedMount.SystemMount(key, 0));
        assertThat(host.mounts
                        .mount(pod, TestHost.TENANT, wanted, archive("img"), List.of())
                        .warnings())
                .isEmpty();
        host.mounts.unmount(pod);
        assertThat(host.mounts
                        .mount(pod, TestHost.TENANT, wanted, archive("other"), List.of())
                        .warnings())
                .singleElement()
                .asString()
                .contains("filled from image test/img", "test/other");
    }
}
