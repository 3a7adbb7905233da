package dev.berth.agent.container;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers of images whose files are to be read, which the engine lets be read of containers only: without anything
 * of a pod's in them, never started, and removed by who made them. They have our labels but no pod's name, so that
 * nobody takes them for a pod's, and one of their own, by which {@link #sweep} finds what an agent left that was killed.
 * Called by many threads.
 */
final class ImageContainers {
    private static final Logger log = LoggerFactory.getLogger(ImageContainers.class);
    private static final String PREFIX = "berth-export-";
    /** Never run: an image need not have a command. */
    private static final String NO_PROGRAM = "/none";

    private final EngineConnection engine;
    /** Names of those that are being made or read. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    ImageContainers(EngineConnection engine) {
        this.engine = engine;
    }

    /**
     * Makes one, and answers with its name. The caller removes it.
     *
     * @param what what it is for, as errors say it
     * @throws ContainerException CONTAINER_CREATE_ERROR where the engine refuses
     */
    String make(String what, ContainerLabels labels, ImageFacts image) {
        String name = PREFIX + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), Character.MAX_RADIX);
        open.add(name);
        try {
            create(what, name, labels, image);
            return name;
        } catch (DockerException e) {
            remove(name);
            throw new ContainerException(
                    ContainerException.Kind.CONTAINER_CREATE_ERROR, what + ": " + EngineError.text(e), e);
        } catch (RuntimeException e) {
            remove(name);
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

    /** Not for the caller to worry about: what stays is swept. */
    void remove(String name) {
        try {
            removeNow(name);
        } finally {
            open.remove(name);
        }
    }

    /** One of our containers, as a listing shows it: removed when it is an image's that nobody reads any more. */
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
                removeNow(bare);
            }
        }
    }

    private void removeNow(String name) {
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
