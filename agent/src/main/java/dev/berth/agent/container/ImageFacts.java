package dev.berth.agent.container;

import java.util.List;

/**
 * An image that is on this host.
 *
 * @param id content id, {@code sha256:…}; what a container is made from, so that a moved tag changes nothing
 * @param reference what was asked for
 * @param env {@code NAME=value}
 */
public record ImageFacts(
        String id,
        String reference,
        String os,
        String architecture,
        long sizeBytes,
        List<String> entrypoint,
        List<String> command,
        List<String> env) {
    public ImageFacts {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = List.copyOf(env);
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
