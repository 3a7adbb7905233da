package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodMountsTest {
    private final TestHost host = new TestHost();
    private final PodKey pod = new PodKey("pod1", 1);

    PodMountsTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void whatWasWrittenIsThereAfterTheNextMount() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Path data = host.mountData(pod, key);
        Files.writeString(data.resolve("hello"), "world");
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
        assertThat(Files.exists(data)).isFalse();

        Path again = host.mountData(new PodKey("pod1", 2), key);
        assertThat(again.resolve("hello")).hasContent("world");
        assertThat(again.resolve("lost+found")).doesNotExist();
    }

    @Test
    void mountingAndUnmountingTwiceIsLikeOnce() {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Path first = host.mountData(pod, key);
        assertThat(host.mountData(pod, key)).isEqualTo(first);
        assertThat(host.mounts.mounted()).hasSize(1);
        host.mounts.unmount(pod);
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void anOlderIncarnationIsRefusedEvenAfterARestart() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        PodKey second = new PodKey("pod1", 2);
        host.mountData(second, key);
        host.mounts.unmount(second);
        assertThatThrownBy(() -> host.restarted().mount(pod, TestHost.TENANT, List.of(TestHost.workspace(key)), null))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STALE_INCARNATION));
        assertThat(host.left()).isEmpty();
    }
}
