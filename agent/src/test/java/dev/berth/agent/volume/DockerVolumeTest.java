package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a real engine and images made here: what a container in the engine's own namespaces sees of its volumes. */
class DockerVolumeTest {
    private final TestHost host = new TestHost();
    private final String name = "berth-test/volume-" + host.folder.getFileName();
    private final VolumeKey system = host.made(VolumeKind.SYSTEM, "pod1", 256);
    private final VolumeKey data = host.made(VolumeKind.POD, "pod1", 64);
    private final List<String> images = new ArrayList<>();
    private int incarnation;

    DockerVolumeTest() throws IOException {}

    /** A shell and a few tools of this host with their libraries: no network is needed for an image. */
    @BeforeEach
    void makeImage() {
        TestHost.sh(
                "cd " + host.folder + " && mkdir -p r/home r/root r/var r/run r/etc r/usr/bin r/opt r/tmp"
                        + " && ln -s usr/bin r/bin && ln -s usr/lib r/lib && ln -s usr/lib64 r/lib64"
                        + " && for t in dash cat ls rm mkdir sync; do p=$(readlink -f $(command -v $t)); cp $p r/usr/bin/$t;"
                        + " for l in $(ldd $p | grep -o '/[^ ]*'); do case $l in /usr/*) to=$l;; *) to=/usr$l;; esac;"
                        + " mkdir -p r$(dirname $to) && cp -L $l r$to; done; done"
                        + " && cp r/usr/bin/dash r/usr/bin/sh && mkdir r/etc/app && echo 1 >r/etc/app/one && echo v1 >r/etc/version");
        importImage("v1");
    }

    private void importImage(String tag) {
        TestHost.sh("tar -C " + host.folder + "/r -c . | docker import - " + name.toLowerCase(java.util.Locale.ROOT)
                + ":" + tag);
        images.add(reference(tag));
    }

    private String reference(String tag) {
        return name.toLowerCase(java.util.Locale.ROOT) + ":" + tag;
    }

    @AfterEach
    void close() {
        for (String image : images) {
            TestHost.shStatus("docker ps -aq --filter ancestor=" + image + " | xargs -r docker rm -f");
            TestHost.shStatus("docker rmi -f " + image);
        }
        host.close();
    }

    private SystemImage image(String reference) throws IOException {
        String json = TestHost.sh("docker image inspect --format '{{json .GraphDriver.Data}}' " + reference);
        Map<String, String> graph = new ObjectMapper().readValue(json, new TypeReference<>() {});
        long bytes = Long.parseLong(TestHost.sh("docker image inspect --format '{{.Size}}' " + reference));
        return new SystemImage.Layered(reference, bytes, ImageLayers.ofGraphDriver(graph));
    }

    /** Runs a script as the pod's next incarnation: mounted before, unmounted after. */
    private String run(String tag, String script) throws IOException {
        incarnation++;
        PodKey pod = new PodKey("pod1", incarnation);
        List<WantedMount> wanted = List.of(new WantedMount.SystemMount(system, 0), TestHost.workspace(data));
        PodVolumes volumes = host.mounts.mount(pod, TestHost.TENANT, wanted, image(reference(tag)), List.of());
        String binds = volumes.binds().stream()
                .map(bind -> "-v " + bind.hostPath() + ":" + bind.containerPath())
                .collect(Collectors.joining(" "));
        String said = TestHost.sh("docker run --rm --network none --security-opt no-new-privileges " + binds + " "
                + reference(tag) + " /bin/sh -c '" + script + "'");
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
        return said;
    }

    @Test
    void whatAContainerChangesIsThereInTheNextAndUnderAnotherImage() throws IOException {
        assertThat(run(
                        "v1",
                        "cat /etc/version; ls /workspace; echo a >/etc/a; echo b >/usr/b; echo c >/workspace/c;"
                                + " rm -r /etc/app; mkdir /etc/app; echo 3 >/etc/app/three; echo lost >/opt/lost; echo r >/root/r;"
                                + " echo h >/home/h; echo v >/var/v; echo 99 >/run/old.pid"))
                .isEqualTo("v1");
        String check = "cat /etc/version /etc/a /usr/b /workspace/c /root/r /home/h /var/v; ls /etc/app /opt /run";
        String kept = "a\nb\nc\nr\nh\nv\n/etc/app:\nthree\n\n/opt:\n\n/run:";
        assertThat(run("v1", check)).isEqualTo("v1\n" + kept);
        TestHost.sh("cd " + host.folder + "/r && echo v2 >etc/version && echo 2 >etc/app/two && echo n >usr/new");
        importImage("v2");
        assertThat(run("v2", check + "; cat /usr/new")).isEqualTo("v2\n" + kept + "\nn");
    }

    @Test
    void aWriterInAContainerHitsTheVolumesEnd() throws IOException {
        assertThat(run("v1", "while cat /usr/bin/sh; do :; done 2>&1 >/workspace/big | cat"))
                .contains("No space left on device");
    }

    @Test
    void anImageOfManyCommitsIsLaidBelow() throws IOException {
        for (int i = 0; i < 12; i++) {
            TestHost.sh("docker run --network none --cidfile " + host.folder + "/cid" + i + " " + images.getLast()
                    + " /bin/sh -c 'echo " + i + " >/etc/layer" + i + "; rm -f /etc/layer" + (i - 2) + "'"
                    + " && docker commit $(cat " + host.folder + "/cid" + i + ") " + reference("c" + i)
                    + " && docker rm $(cat " + host.folder + "/cid" + i + ")");
            images.add(reference("c" + i));
        }
        assertThat(((SystemImage.Layered) image(reference("c11"))).layers().links())
                .hasSize(13);
        assertThat(run("c11", "ls /etc")).contains("layer10\nlayer11").doesNotContain("layer9");
    }
}
