package dev.berth.agent.container;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An image that is on this host.
 *
 * @param id content id, {@code sha256:…}; what a container is made from, so that a moved tag changes nothing
 * @param reference what was asked for
 * @param env {@code NAME=value}
 * @param volumes paths that it declares as volumes: the engine puts a folder of its own there where nothing else is
 * @param layers folders of its layers as the driver overlay2 tells them; empty with any other driver
 */
public record ImageFacts(
        String id,
        String reference,
        String os,
        String architecture,
        long sizeBytes,
        List<String> entrypoint,
        List<String> command,
        List<String> env,
        List<String> volumes,
        SortedMap<String, String> layers) {
    public ImageFacts {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = List.copyOf(env);
        volumes = List.copyOf(volumes);
        layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
    }

    /** Of an engine that does not show its layers; declares no volumes. */
    public ImageFacts(
            String id,
            String reference,
            String os,
            String architecture,
            long sizeBytes,
            List<String> entrypoint,
            List<String> command,
            List<String> env) {
        this(
                id,
                reference,
                os,
                architecture,
                sizeBytes,
                entrypoint,
                command,
                env,
                List.of(),
                Collections.emptySortedMap());
    }

    /** Throws IMAGE_ARCH_UNSUPPORTED unless the image is for linux/amd64. */
    public ImageFacts requirePlatform() {
        if (!os.equals("linux") || !architecture.equals("amd64")) {
            throw new ContainerException(
                    ContainerException.Kind.IMAGE_ARCH_UNSUPPORTED,
                    "image " + reference + " is for " + os + "/" + architecture
                            + "; hosts run linux/amd64: deploy an image built for it");
        }
        return this;
    }
}
