package dev.berth.agent.container;

import dev.berth.agent.container.ContainerException.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image reference as docker takes it, taken apart. Always asked for in full ({@code docker.io/library/debian:12}),
 * because the engine reads a short name such as {@code deadbeef} as a prefix of an image id first.
 *
 * @param registry {@code docker.io} where the reference names none
 * @param repository with {@code library/} for Docker's official images
 * @param tag {@code latest} where the reference names neither tag nor digest; empty with a digest alone
 * @param digest empty, or {@code sha256:…}
 */
record ImageReference(String registry, String repository, String tag, String digest) {
    static final String DOCKER_HUB = "docker.io";

    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REGISTRY =
            Pattern.compile("(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+])(?::\\d{1,5})?");
    private static final Pattern REFERENCE =
            Pattern.compile("(?<name>[^@]*?)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");
    private static final Pattern REPOSITORY = Pattern.compile(PART + "(?:/" + PART + ")*");
    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}");

    static ImageReference parse(String reference) {
        Matcher matcher = REFERENCE.matcher(reference);
        if (reference.length() > 512 || !matcher.matches()) {
            throw malformed(reference);
        }
        String name = matcher.group("name");
        String registry = DOCKER_HUB;
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        if (first.equals("localhost") || first.contains(".") || first.contains(":")) {
            registry = first.equals("index.docker.io") ? DOCKER_HUB : first;
            name = name.substring(slash + 1);
        }
        if (!REGISTRY.matcher(registry).matches()
                || !REPOSITORY.matcher(name).matches()
                || name.length() > 255
                || IMAGE_ID.matcher(name).matches()) {
            throw malformed(reference);
        }
        if (registry.equals(DOCKER_HUB) && name.indexOf('/') < 0) {
            name = "library/" + name;
        }
        String digest = matcher.group("digest") == null ? "" : matcher.group("digest");
        String tag = matcher.group("tag") == null ? "" : matcher.group("tag");
        return new ImageReference(registry, name, tag.isEmpty() && digest.isEmpty() ? "latest" : tag, digest);
    }

    /** With the registry, without tag and digest. */
    String name() {
        return registry + "/" + repository;
    }

    /** What the engine knows the image by. A digest says more than the tag beside it. */
    String full() {
        return digest.isEmpty() ? name() + ":" + tag : name() + "@" + digest;
    }

    /** What the engine is asked to pull of {@link #name}. */
    String pullTag() {
        return digest.isEmpty() ? tag : digest;
    }

    private static ContainerException malformed(String reference) {
        String shown = reference.length() > 100 ? reference.substring(0, 100) + "…" : reference;
        return new ContainerException(
                Kind.INVALID_IMAGE,
                "'" + shown
                        + "' is no image reference; write [REGISTRY/]NAME[:TAG], in lower case, as docker takes it");
    }
}
