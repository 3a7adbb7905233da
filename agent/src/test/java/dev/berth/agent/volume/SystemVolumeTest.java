package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemVolumeTest {
    private final TestHost host = new TestHost();
    private final VolumeKey key = host.made(VolumeKind.SYSTEM, "pod1", 64);
    private int incarnation;

    SystemVolumeTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    /** Starts the pod's next incarnation and tells where its tree is; the one before is unmounted. */
    private Path next(SystemImage image) {
        if (incarnation > 0) {
            host.mounts.unmount(pod());
        }
        incarnation++;
        PodVolumes volumes = host.mounts.mount(
                pod(), TestHost.TENANT, List.of(new WantedMount.SystemMount(key, 0)), image, List.of());
        assertThat(volumes.binds())
                .extracting(VolumeBind::containerPath)
                .containsExactly("/home", "/root", "/var", "/run", "/etc", "/usr");
        Path tree = Objects.requireNonNull(volumes.binds().getFirst().hostPath().getParent());
        assertThat(volumes.binds())
                .allSatisfy(bind -> assertThat(bind.hostPath())
                        .isEqualTo(tree.resolve(bind.containerPath().substring(1)))
                        .isDirectory());
        return tree;
    }

    private PodKey pod() {
        return new PodKey("pod1", incarnation);
    }

    @Test
    void changesOutliveTheMountAndTheImageIsNotTouched() throws IOException {
        LayeredImage image = LayeredImage.debianLike(host, "img");
        Path tree = next(image.image());
        assertThat(tree.resolve("etc/version")).hasContent("img");
        Files.writeString(tree.resolve("etc/version"), "changed");
        Files.writeString(tree.resolve("home/mine"), "mine");

        Path again = next(image.image());
        assertThat(again.resolve("etc/version")).hasContent("changed");
        assertThat(again.resolve("home/mine")).hasContent("mine");
        assertThat(host.store.manifest(key).build()).isEqualTo(VolumeBuild.OVERLAY);
        assertThat(TestHost.sh("cat " + host.folder + "/docker/overlay2/img*/diff/etc/version"))
                .isEqualTo("img");
        host.mounts.unmount(pod());
        assertThat(host.left()).isEmpty();
    }

    @Test
    void deletedFilesStayDeletedAcrossMountsAndANewerImage() throws IOException {
        Path tree = next(LayeredImage.debianLike(host, "old").image());
        // One file away, and one folder replaced whole: a whiteout, and an opaque directory.
        TestHost.sh("cd " + tree + " && rm etc/version && rm -r etc/app && mkdir etc/app && echo mine >etc/app/three");
        tree = next(LayeredImage.debianLike(host, "old2").image());
        assertThat(tree.resolve("etc/version")).doesNotExist();
        assertThat(TestHost.sh("ls " + tree.resolve("etc/app"))).isEqualTo("three");

        LayeredImage newer = LayeredImage.debianLike(host, "new")
                .layer("mkdir -p usr/lib etc/app && echo 2 >usr/lib/new" + " && echo four >etc/app/four");
        tree = next(newer.image());
        assertThat(tree.resolve("usr/lib/new")).hasContent("2");
        assertThat(tree.resolve("etc/version")).doesNotExist();
        assertThat(TestHost.sh("ls " + tree.resolve("etc/app"))).isEqualTo("three");
        assertThat(host.store.manifest(key).image()).isEqualTo("test/new");
    }

    @Test
    void anImageOfAHundredAndTwentySevenLayersFitsIntoTheOptions() throws IOException {
        LayeredImage image = LayeredImage.debianLike(host, "many");
        for (int i = 1; i < 127; i++) {
            image.layer(
                    "mkdir -p usr/share etc && echo " + i + " >usr/share/layer" + i + " && echo " + i + " >etc/top");
        }
        Path tree = next(image.image());
        assertThat(tree.resolve("etc/top")).hasContent("126");
        assertThat(TestHost.sh("ls " + tree.resolve("usr/share") + " | wc -l")).isEqualTo("126");
        assertThat(tree.resolve("etc/version")).hasContent("many");
    }

    @Test
    void aLinkInPlaceOfASystemDirectoryIsRefusedAndNothingStaysMounted() throws IOException {
        for (String directory : List.of("etc", "home", "var", "run", "usr", "root")) {
            LayeredImage hostile = LayeredImage.debianLike(host, "h" + directory)
                    .layer("ln -s " + host.folder + " " + directory + "x && mv " + directory + "x " + directory);
            refused(hostile.image(), Kind.IMAGE_UNFIT, "/" + directory);
        }
        LayeredImage file = LayeredImage.debianLike(host, "file").layer("echo >var");
        refused(file.image(), Kind.IMAGE_UNFIT, "/var");
        assertThat(host.left()).isEmpty();
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void anImageWithoutUsrIsRefusedAndOtherMissingOnesAreMade() throws IOException {
        refused(new LayeredImage(host, "none").layer("mkdir etc").image(), Kind.IMAGE_UNFIT, "/usr");
        Path tree =
                next(new LayeredImage(host, "bare").layer("mkdir -p usr/bin").image());
        assertThat(TestHost.sh("stat -c %a " + tree.resolve("root"))).isEqualTo("700");
        assertThat(TestHost.sh("stat -c %a " + tree.resolve("var"))).isEqualTo("755");
    }

    @Test
    void aVolumeSmallerThanItsImageIsRefusedAndATightOneWarned() throws IOException {
        LayeredImage image = LayeredImage.debianLike(host, "big");
        refused(image.image(65), Kind.REFUSED_SIZE, "64 MiB");
        assertThat(mount(image.image(22)).warnings()).singleElement().asString().contains("three times");
        host.mounts.unmount(new PodKey("pod1", 1));
        assertThat(mount(image.image(21)).warnings()).isEmpty();
    }

    @Test
    void whatTheLastProcessesLeftInRunIsClearedAndNoLinkFollowed() throws IOException {
        Path tree = next(LayeredImage.debianLike(host, "run")
                .layer("mkdir run && echo 1 >run/image.pid")
                .image());
        Path outside = Files.createDirectories(host.folder.resolve("outside"));
        Files.writeString(outside.resolve("host.pid"), "1");
        TestHost.sh("cd " + tree + "/run && mkdir -p app lock/sub a/b/c && echo 1 >app/app.pid && echo 1 >app/keep.conf"
                + " && echo 1 >lock/sub/anything && mkfifo app/pipe && echo 1 >a/b/c/x.lock"
                + " && ln -s " + outside + " evil && ln -s " + outside + "/host.pid app/evil.pid");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(tree.resolve("run/app.sock")));
        }
        assertThat(tree.resolve("run/app.sock")).exists();
        tree = next(LayeredImage.debianLike(host, "run2")
                .layer("mkdir run && echo 1 >run/image.pid")
                .image());
        assertThat(TestHost.sh("cd " + tree + "/run && find . -not -type d | sort"))
                .isEqualTo("./app/evil.pid\n./app/keep.conf\n./evil");
        assertThat(outside.resolve("host.pid")).exists();
    }

    @Test
    void aFolderNestedBeyondAllMeasureIsNoProblem() {
        Path tree = next(uncheckedImage("deep"));
        // From the inside out: no shell enters three thousand levels.
        TestHost.sh("cd " + tree + "/run && p=$(printf 'd/%.0s' $(seq 100)) && mkdir chain && for i in $(seq 30); do"
                + " mkdir -p new/$p && mv chain new/$p && mv new chain || exit 1; done");
        next(uncheckedImage("deep2"));
    }

    @Test
    void aRepeatWhileTheContainerRunsClearsNothing() throws IOException {
        Path tree = next(uncheckedImage("again"));
        Files.writeString(tree.resolve("run/app.pid"), "1");
        PodVolumes volumes = host.restarted()
                .mount(
                        pod(),
                        TestHost.TENANT,
                        List.of(new WantedMount.SystemMount(key, 0)),
                        uncheckedImage("again2"),
                        List.of());
        assertThat(volumes.binds().getFirst().hostPath().getParent()).isEqualTo(tree);
        assertThat(Files.exists(tree.resolve("run/app.pid"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    private SystemImage uncheckedImage(String name) {
        try {
            return LayeredImage.debianLike(host, name).image();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private PodVolumes mount(SystemImage image) {
        return host.mounts.mount(
                new PodKey("pod1", 1), TestHost.TENANT, List.of(new WantedMount.SystemMount(key, 0)), image, List.of());
    }

    private void refused(SystemImage image, Kind kind, String words) {
        assertThatThrownBy(() -> mount(image))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
