package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.agent.container.ContainerException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls by the real engine from a registry that answers well and badly. */
final class DockerPullTest {
    private static EngineTestImage image;

    private final List<String> pulled = new ArrayList<>();
    private RegistryStub registry;
    private DockerRuntime runtime;

    @BeforeAll
    static void buildImage() throws Exception {
        image = new EngineTestImage();
    }

    @AfterAll
    static void removeImage() throws Exception {
        image.close();
    }

    @BeforeEach
    void open() throws Exception {
        registry = new RegistryStub(false);
        runtime = new DockerRuntime(
                RuntimeSettings.of("host1").withPullLimits(Duration.ofSeconds(20), Duration.ofSeconds(60)));
    }

    @AfterEach
    void removeImages() {
        pulled.forEach(reference ->
                image.client.removeImageCmd(reference).withForce(true).exec());
        runtime.close();
        registry.close();
    }

    private ContainerException failure(DockerRuntime through, String reference) {
        return catchThrowableOfType(ContainerException.class, () -> through.ensureImage(reference, PullProgress.NONE));
    }

    private void assertFails(Kind kind, String reference, String words) {
        ContainerException failure = failure(runtime, reference);
        assertThat(failure).hasMessageContaining(words);
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    }

    @Test
    void missingImageIsPulledOnceWithProgress() throws Exception {
        String reference = registry.add("good", "amd64");
        pulled.add(reference);
        List<Integer> percents = new ArrayList<>();
        ImageFacts facts = runtime.ensureImage(reference, percents::add);

        assertThat(facts.reference()).isEqualTo(reference);
        assertThat(facts.command()).containsExactly("/content");
        assertThat(facts.env()).contains("A=b");
        assertThat(facts.sizeBytes()).isGreaterThan(3_000_000);
        assertThat(facts.layers().containsKey("UpperDir"))
                .as("layers, which only overlay2 shows")
                .isEqualTo(runtime.engine().storageDriver().equals("overlay2"));
        assertThat(percents).isSorted().doesNotHaveDuplicates().last().isEqualTo(100);
        registry.close();
        assertThat(runtime.ensureImage(reference, percent -> percents.add(-1))).isEqualTo(facts);
        assertThat(percents).doesNotContain(-1);
    }

    @Test
    void imageOfAnotherPlatformIsRefused() throws Exception {
        String reference = registry.add("arm", "arm64");
        pulled.add(reference);
        assertFails(Kind.IMAGE_ARCH_UNSUPPORTED, reference, "linux/arm64");
    }

    @Test
    void whatTheRegistrySaysDecides() throws Exception {
        assertFails(Kind.INVALID_IMAGE, registry.reference("absent"), "does not exist");
        assertFails(Kind.IMAGE_PULL_AUTH, registry.reference("forbidden"), "credentials");
        assertFails(Kind.PULL_TIMEOUT, registry.reference("broken"), "try again");
        assertFails(Kind.PULL_TIMEOUT, registry.reference("limited"), "rate limit");
        try (RegistryStub locked = new RegistryStub(true)) {
            assertFails(Kind.IMAGE_PULL_AUTH, locked.reference("secret"), "credentials");
        }
    }

    @Test
    void registryThatIsNotThereMakesTheReferenceInvalid() {
        String reference = registry.reference("any");
        registry.close();
        assertFails(Kind.INVALID_IMAGE, reference, "cannot be reached");
        assertFails(Kind.INVALID_IMAGE, "nosuch.invalid/any:1", "cannot be reached");
    }

    @Test
    void pullWithoutProgressIsGivenUp() throws Exception {
        String reference = registry.add("stuck/idle", "amd64");
        try (DockerRuntime impatient = new DockerRuntime(
                RuntimeSettings.of("host1").withPullLimits(Duration.ofSeconds(1), Duration.ofMinutes(5)))) {
            ContainerException failure = failure(impatient, reference);
            assertThat(failure).hasMessageContaining("no progress for 1 s");
            assertThat(failure.kind()).isEqualTo(Kind.PULL_TIMEOUT);
        }
    }

    @Test
    void pullStopsWhenItsCallerIsInterrupted() throws Exception {
        String reference = registry.add("stuck/interrupt", "amd64");
        List<Kind> kinds = new CopyOnWriteArrayList<>();
        Thread puller = Thread.ofPlatform()
                .start(() -> kinds.add(failure(runtime, reference).kind()));
        registry.stuck.await();
        puller.interrupt();
        puller.join();
        assertThat(kinds).containsExactly(Kind.INTERRUPTED);
    }
}
