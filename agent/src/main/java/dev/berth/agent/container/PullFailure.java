package dev.berth.agent.container;

import dev.berth.agent.container.ContainerException.Kind;
import java.util.List;
import java.util.Locale;

/**
 * What a failed pull means, from the engine's words, the only thing that tells the causes apart.
 *
 * <p>The rule: what the registry <em>said</em> decides first. A registry that cannot be found or refuses to talk at
 * once means that the reference is wrong as seen from this host, and trying again changes nothing: INVALID_IMAGE, with
 * a message that says so. A registry that is there but does not deliver is PULL_TIMEOUT. Docker Hub answers "access
 * denied" for repositories that do not exist; as no credentials were sent, that is INVALID_IMAGE there, and
 * IMAGE_PULL_AUTH for every other registry.
 */
final class PullFailure {
    private static final List<String> WRONG_PLATFORM =
            List.of("no matching manifest for", "does not match the specified platform", "image operating system");
    private static final List<String> UNAUTHORIZED = List.of(
            "unauthorized",
            "no basic auth credentials",
            "authentication required",
            "incorrect username or password",
            "status: 401",
            "status: 403",
            "401 unauthorized",
            "403 forbidden");
    private static final List<String> DENIED =
            List.of("pull access denied", "access to the resource is denied", "denied:");
    private static final List<String> ABSENT = List.of(
            "manifest unknown",
            "manifest for",
            "name unknown",
            "not found",
            "repository name not known",
            "invalid reference");
    private static final List<String> UNREACHABLE = List.of(
            "no such host",
            "server misbehaving",
            "connection refused",
            "network is unreachable",
            "no route to host",
            "certificate",
            "server gave http response to https client",
            "tls: ");

    private PullFailure() {}

    static ContainerException of(ImageReference image, String engineText) {
        String text = engineText.toLowerCase(Locale.ROOT);
        boolean hub = image.registry().equals(ImageReference.DOCKER_HUB);
        if (any(text, WRONG_PLATFORM)) {
            return failure(Kind.IMAGE_ARCH_UNSUPPORTED, image, "is not built for linux/amd64", engineText);
        }
        if (text.contains("toomanyrequests")) {
            return failure(
                    Kind.PULL_TIMEOUT, image, "is held back by its registry's rate limit, try later", engineText);
        }
        if (any(text, DENIED) || text.endsWith(": denied") || text.equals("denied")) {
            return hub
                    ? failure(Kind.INVALID_IMAGE, image, "does not exist, or is private", engineText)
                    : failure(Kind.IMAGE_PULL_AUTH, image, "needs credentials of its registry", engineText);
        }
        if (any(text, UNAUTHORIZED)) {
            return failure(Kind.IMAGE_PULL_AUTH, image, "needs credentials of its registry", engineText);
        }
        // Before ABSENT: a resolver's "no such host" is sometimes worded "host not found".
        if (any(text, UNREACHABLE)) {
            return failure(
                    Kind.INVALID_IMAGE,
                    image,
                    "is not on this host and registry " + image.registry() + " cannot be reached",
                    engineText);
        }
        if (any(text, ABSENT)) {
            return failure(Kind.INVALID_IMAGE, image, "does not exist in its registry", engineText);
        }
        if (text.contains("no space left on device")) {
            return failure(Kind.CONTAINER_CREATE_ERROR, image, "does not fit on the host's disk", engineText);
        }
        return failure(Kind.PULL_TIMEOUT, image, "could not be pulled, try again", engineText);
    }

    private static boolean any(String text, List<String> signs) {
        return signs.stream().anyMatch(text::contains);
    }

    private static ContainerException failure(Kind kind, ImageReference image, String what, String engineText) {
        return new ContainerException(kind, "image " + image.full() + " " + what + ": " + engineText);
    }
}
