package dev.berth.agent.container;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.InputStream;

/**
 * Root file systems of images as archives. The engine exports containers only: so one is made of the image, and removed
 * when its archive is closed. Called by many threads.
 */
final class ImageExports {
    private final EngineConnection engine;
    private final ImageContainers containers;

    ImageExports(EngineConnection engine, ImageContainers containers) {
        this.engine = engine;
        this.containers = containers;
    }

    InputStream open(ContainerLabels labels, ImageFacts image) {
        String what = "export image " + image.reference();
        String name = containers.make(what, labels, image);
        try (Deadline deadline = Deadline.in(engine.timer(), engine.settings().callTimeout())) {
            DockerHttpClient.Response response =
                    engine.open(what, Method.GET, "/containers/" + name + "/export", deadline);
            return new ImageArchive(
                    what, response, engine.timer(), engine.settings().pullIdle(), () -> containers.remove(name));
        } catch (DockerException e) {
            containers.remove(name);
            throw new ContainerException(Kind.CONTAINER_CREATE_ERROR, what + ": " + EngineError.text(e), e);
        } catch (RuntimeException e) {
            containers.remove(name);
            throw e;
        }
    }
}
