package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.Shares;
import dev.berth.agent.volume.VolumeException;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host's disk fills up while something is brought to it that was let in: it is given up. Needs root. */
class DiskTurnTest {
    private static final VolumeKey SYSTEM = new VolumeKey("v000000000000001", 1);
    private static final String IMAGE = "berth/test:1";
    private static final int LARGE_MEGABYTES = 300;

    @TempDir
    Path folder;

    private final InMemoryRuntime runtime = new InMemoryRuntime("host", InstantSource.system());
    private SmallDisk disk;
    private CopyHost host;

    @BeforeEach
    void open() throws IOException {
        disk = new SmallDisk(folder);
        host = new CopyHost(disk.path, 16 << 20, watch -> new FakeTransfers());
        runtime.join("cluster1");
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        disk.close();
    }

    /** So much is left that what runs goes on and nothing new is taken. */
    private void turn() {
        try {
            disk.fill(24);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        host.watch.tick();
    }

    /** An image with one large file, at whose fiftieth megabyte others fill the disk. */
    private final class LargeImage extends InputStream {
        private final byte[] header = header();
        private long at;
        private boolean turned;

        private static byte[] header() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
            TarArchiveEntry large = new TarArchiveEntry("large");
            large.setSize((long) LARGE_MEGABYTES << 20);
            try {
                tar.putArchiveEntry(large);
                tar.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read by blocks");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (at >= 50 << 20 && !turned) {
                turned = true;
                turn();
            }
            int count = at < header.length ? header.length : length;
            if (at < header.length) {
                System.arraycopy(header, 0, bytes, offset, count);
            } else {
                Arrays.fill(bytes, offset, offset + count, (byte) 1);
            }
            at += count;
            return at < LARGE_MEGABYTES << 20 ? count : -1;
        }
    }

    /** An engine whose images come as archives, this one as often as it is asked for. */
    private HostVolumes volumesFrom(InputStream archive) {
        ContainerRuntime exporting = (ContainerRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ContainerRuntime.class}, (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("exportImage") ? archive : method.invoke(runtime, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        Shares shares = new Shares(Collections.emptySortedMap(), folder.resolve("shares"));
        return new HostVolumes(host.store, host.mounts, host.watch, shares, exporting);
    }

    private static Assignment pod() {
        return CopyHost.pod(1, new VolumeMount(SYSTEM, VolumeKind.SYSTEM, "", ""));
    }

    private ImageFacts image(long bytes) {
        ImageFacts image = runtime.faults().addImage(IMAGE, true);
        return new ImageFacts(
                image.id(), IMAGE, image.os(), image.architecture(), bytes, List.of(), List.of(), List.of());
    }

    private void isRefused(HostVolumes volumes, long imageBytes) {
        VolumeOrder order = new VolumeOrder(
                SYSTEM,
                CopyHost.keep(SYSTEM, 1).goal(),
                VolumeKind.SYSTEM,
                CopyHost.TENANT,
                CopyHost.POD,
                1,
                false,
                "",
                null,
                List.of(),
                0);
        assertThatThrownBy(() -> volumes.mount(pod(), List.of(order), image(imageBytes)))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_FULL))
                .hasMessageContaining("free space on the host");
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void aFillingIsGivenUpAndWhatItTookIsFreeAgain() throws IOException {
        LargeImage archive = new LargeImage();
        isRefused(volumesFrom(archive), 1 << 20);
        assertThat(archive.at).isBetween(50L << 20, 51L << 20);
        disk.free();
        assertThat(ShellImage.sh("sync -f " + disk.path + "; du -m " + host.store.disk(SYSTEM) + " | cut -f1"))
                .satisfies(mib -> assertThat(Integer.parseInt(mib)).isLessThan(20));
    }

    @Test
    void anImageThatWouldLeaveLessThanIsKeptIsNotBegun() {
        LargeImage archive = new LargeImage();
        isRefused(volumesFrom(archive), 490 << 20);
        assertThat(archive.at).isZero();
    }

    @Test
    void aPullIsGivenUp() {
        runtime.faults().addImage("debian", false);
        List<AgentEvent> events = new ArrayList<>();
        PodRunner runner = new PodRunner(
                runtime,
                PodRunnerLeaseTest.plans(),
                host.volumes,
                new HostImages(runtime, names -> {}),
                event -> {
                    events.add(event);
                    if (event instanceof AgentEvent.PullProgress) {
                        turn();
                    }
                },
                () -> true,
                UnitGate.OPEN,
                new SameThread());
        PodKey key = pod().key();
        runner.start(new StartStep(key, PodStep.PULL, "", pod(), List.of(), List.of()));
        assertThat(events.getFirst()).isEqualTo(new AgentEvent.PullProgress(key, 0));
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        AgentEvent.StepFinished.class,
                        end -> assertThat(end.outcome()).isInstanceOf(StepOutcome.Unavailable.class));
        assertThat(events).hasSize(2);
    }
}
