package dev.berth.agent.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Archives of images on the Docker Engine of this machine, and of an engine that falls silent. */
class ImageExportTest {
    private static EngineTestImage image;

    @BeforeAll
    static void buildImage() throws Exception {
        image = new EngineTestImage();
    }

    @AfterAll
    static void removeImage() throws Exception {
        image.close();
    }

    private static DockerRuntime open() {
        DockerRuntime runtime = new DockerRuntime(RuntimeSettings.of("host-exports"));
        runtime.join(image.clusterId);
        return runtime;
    }

    private static int made() {
        return image.client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerLabels.CLUSTER, image.clusterId))
                .exec()
                .size();
    }

    @Test
    void theArchiveHoldsTheImagesFilesAndNothingIsLeft() throws IOException {
        try (DockerRuntime runtime = open()) {
            List<String> names = new ArrayList<>();
            ImageFacts facts = runtime.ensureImage(image.reference, PullProgress.NONE);
            try (TarArchiveInputStream tar = new TarArchiveInputStream(runtime.exportImage(facts))) {
                assertThat(made()).isEqualTo(1);
                assertThat(runtime.list()).as("pods' containers").isEmpty();
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    names.add(entry.getName());
                }
            }
            assertThat(names).contains("pod", "usr/lib/os-release", "etc/os-release");
            assertThat(made()).isZero();
        }
    }

    @Test
    void whatADistributionWasReadOfIsGoneAndReadOnce() throws IOException {
        String alpine = image.build("alpine", Map.of("usr/lib/os-release", "ID=alpine\n".getBytes(UTF_8)));
        try (DockerRuntime runtime = open()) {
            ImageFacts facts = runtime.ensureImage(alpine, PullProgress.NONE);
            assertThat(runtime.readOs(facts).id()).isEqualTo("alpine");
            assertThat(made()).isZero();
            image.client.removeImageCmd(alpine).withForce(true).exec();
            assertThat(runtime.readOs(facts).id()).as("remembered").isEqualTo("alpine");
        }
    }

    @Test
    void whatIsRemovedWhileItsDistributionIsReadIsNoVerdict() throws IOException {
        String bare = image.build("bare", Map.of("pod", "x".getBytes(UTF_8)));
        try (DockerRuntime runtime = open();
                EngineConnection engine = new EngineConnection(RuntimeSettings.of("host-exports"))) {
            ImageFacts facts = runtime.ensureImage(bare, PullProgress.NONE);
            assertThat(runtime.readOs(facts).debianFamily()).isFalse();
            ImageContainers containers = new ImageContainers(engine);
            String gone = containers.make("a test", new ContainerLabels(image.clusterId, "host-exports"), facts);
            containers.remove(gone);
            assertThatThrownBy(() -> new OsRelease(engine, containers).of(gone))
                    .isInstanceOfSatisfying(
                            ContainerException.class,
                            e -> assertThat(e.kind()).isEqualTo(ContainerException.Kind.ENGINE_UNAVAILABLE));
        } finally {
            image.client.removeImageCmd(bare).withForce(true).exec();
        }
    }

    @Test
    void whatAnAgentLeftThatWasKilledGoesWithTheNextOnesListing() throws IOException {
        try (DockerRuntime killed = open();
                DockerRuntime next = open()) {
            InputStream archive = killed.exportImage(killed.ensureImage(image.reference, PullProgress.NONE));
            killed.list();
            assertThat(made()).as("that one is still read").isEqualTo(1);
            next.list();
            assertThat(made()).isZero();
            archive.close();
        }
    }

    @Test
    void anEngineThatFallsSilentIsNotWaitedForForEver() {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            ImageArchive archive = new ImageArchive(
                    "export image x", new Silent(closed), timer, Duration.ofMillis(40), told::incrementAndGet);
            assertThatThrownBy(archive::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("export image x broke off: nothing came");
            archive.close();
            archive.close();
            assertThat(told).hasValue(1);
        }
    }

    /** Says nothing until it is closed, and then that this was all. */
    private record Silent(CountDownLatch closed) implements DockerHttpClient.Response {
        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return Map.of();
        }

        @Override
        public InputStream getBody() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    return read(new byte[1], 0, 1);
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return -1;
                }
            };
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
