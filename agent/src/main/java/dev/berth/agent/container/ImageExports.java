package dev.berth.agent.container;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Root file systems of images as archives. The engine exports containers only: so one is made of the image, never
 * started, and removed when its archive is closed. It has our labels but no pod's name, so that nobody takes it for a
 * pod's, and one of its own, by which {@link #sweep} finds what an agent left that was killed. Called by many threads.
 */
final class ImageExports {
    private static final Logger log = LoggerFactory.getLogger(ImageExports.class);
    private static final String PREFIX = "berth-export-";
    /** Never run: an image need not have a command. */
    private static final String NO_PROGRAM = "/none";

    private final EngineConnection engine;
    private final OsRelease osReleases;
    /** Names of those that are being made or read. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    ImageExports(EngineConnection engine, OsRelease osReleases) {
        this.engine = engine;
        this.osReleases = osReleases;
    }

    InputStream open(ContainerLabels labels, ImageFacts image, boolean debianFamily) {
        String name = PREFIX + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), Character.MAX_RADIX);
        String what = "export image " + image.reference();
        open.add(name);
        try {
            create(what, name, labels, image);
            if (debianFamily) {
                osReleases.read(name, image).requireDebianFamily(image.reference());
            }
            try (Deadline deadline =
                    Deadline.in(engine.timer(), engine.settings().callTimeout())) {
                DockerHttpClient.Response response =
                        engine.open(what, Method.GET, "/containers/" + name + "/export", deadline);
                return new ImageArchive(
                        what, response, engine.timer(), engine.settings().pullIdle(), () -> closed(name));
            }
        } catch (DockerException e) {
            closed(name);
            throw new ContainerException(Kind.CONTAINER_CREATE_ERROR, what + ": " + EngineError.text(e), e);
        } catch (RuntimeException e) {
            closed(name);
            throw e;
        }
    }

    private void create(String what, String name, ContainerLabels labels, ImageFacts image) {
        Map<String, String> marks = new LinkedHashMap<>(labels.own());
        marks.put(ContainerLabels.EXPORT, image.id());
        try {
            String id = engine.call(
                    what,
                    client -> client.createContainerCmd(image.id())
                            .withName(name)
                            .withLabels(marks)
                            .withEntrypoint(NO_PROGRAM)
                            .withNetworkDisabled(true)
                            .exec()
                            .getId());
            log.debug("{} is made of image {} to be read: {}", name, image.reference(), id);
        } catch (ConflictException e) {
            // The name is this call's alone: it was made, and the answer was lost.
            log.debug("{} is there already: {}", name, EngineError.text(e));
        }
    }

    private void closed(String name) {
        try {
            remove(name);
        } finally {
            open.remove(name);
        }
    }

    /** One of our containers, as a listing shows it: removed when it is an export that nobody reads any more. */
    void sweep(Container container) {
        Map<String, String> labels = container.getLabels();
        String[] names = container.getNames();
        if (labels == null || names == null || !labels.containsKey(ContainerLabels.EXPORT)) {
            return;
        }
        for (String name : names) {
            String bare = name.substring(1);
            if (bare.startsWith(PREFIX) && !open.contains(bare)) {
                log.info("{} was left by an agent that did not end in order; it is removed", bare);
                remove(bare);
            }
        }
    }

    /** Not for the caller to worry about: what stays is swept. */
    private void remove(String name) {
        try {
            engine.call("remove container " + name, client -> {
                client.removeContainerCmd(name)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
                return name;
            });
        } catch (NotFoundException e) {
            log.debug("{} is gone already", name);
        } catch (DockerException | ContainerException e) {
            log.warn("{} is not removed yet: {}", name, e.getMessage());
        }
    }
}
