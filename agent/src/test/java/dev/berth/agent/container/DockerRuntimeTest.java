package dev.berth.agent.container;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on the Docker Engine of this machine. */
final class DockerRuntimeTest extends ContainerRuntimeContract {
    private static EngineTestImage image;

    private final String prefix = "p" + EngineTestImage.randomName();

    @BeforeAll
    static void buildImage() throws Exception {
        image = new EngineTestImage();
    }

    @AfterAll
    static void removeImage() throws Exception {
        image.close();
    }

    @Override
    ContainerRuntime open(String hostId) {
        DockerRuntime made = new DockerRuntime(RuntimeSettings.of(hostId));
        made.join(image.clusterId);
        return made;
    }

    @Override
    String image() {
        return image.reference;
    }

    @Override
    String podIdPrefix() {
        return prefix;
    }
}
