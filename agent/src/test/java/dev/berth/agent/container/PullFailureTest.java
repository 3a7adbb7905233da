package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException.Kind;
import org.junit.jupiter.api.Test;

/** The engine's words as they were seen with Docker 20.10 and 28, and what they mean. */
final class PullFailureTest {
    private static void assertMeans(Kind kind, String reference, String engineText) {
        ContainerException failure = PullFailure.of(ImageReference.parse(reference), engineText);
        assertThat(failure.kind()).as(engineText).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(engineText);
    }

    @Test
    void hubsDeniedForWhatDoesNotExistIsInvalidImage() {
        String text = "pull access denied for berth/nosuch, repository does not exist or may require 'docker login': "
                + "denied: requested access to the resource is denied";
        assertMeans(Kind.INVALID_IMAGE, "berth/nosuch:1", text);
        assertMeans(Kind.IMAGE_PULL_AUTH, "ghcr.io/berth/nosuch:1", text);
    }

    @Test
    void registryThatSaysNotFoundMeansIt() {
        assertMeans(
                Kind.INVALID_IMAGE,
                "debian:nosuch",
                "manifest for debian:nosuch not found: manifest unknown: manifest unknown");
        assertMeans(Kind.INVALID_IMAGE, "quay.io/a/b", "name unknown: repository not found");
    }

    @Test
    void registryThatWantsCredentialsMeansThat() {
        assertMeans(
                Kind.IMAGE_PULL_AUTH,
                "r.example/a",
                "Head \"https://r.example/v2/a/manifests/1\": no basic auth credentials");
        assertMeans(Kind.IMAGE_PULL_AUTH, "r.example/a", "unauthorized: authentication required");
        assertMeans(Kind.IMAGE_PULL_AUTH, "r.example/a", "denied");
    }

    @Test
    void registryThatCannotBeReachedAtAllMakesTheReferenceInvalid() {
        assertMeans(
                Kind.INVALID_IMAGE,
                "berth/nosuch:1",
                "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host");
        assertMeans(
                Kind.INVALID_IMAGE,
                "127.0.0.1:1/a",
                "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused");
    }

    @Test
    void registryThatIsSlowOrBrokenIsWorthAnotherTry() {
        assertMeans(
                Kind.PULL_TIMEOUT,
                "debian",
                "Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)");
        assertMeans(Kind.PULL_TIMEOUT, "debian", "toomanyrequests: You have reached your pull rate limit");
        assertMeans(Kind.PULL_TIMEOUT, "r.example/a", "received unexpected HTTP status: 500 Internal Server Error");
    }

    @Test
    void wrongPlatformAndFullDiskAreToldApart() {
        assertMeans(
                Kind.IMAGE_ARCH_UNSUPPORTED, "a", "no matching manifest for linux/amd64 in the manifest list entries");
        assertMeans(Kind.CONTAINER_CREATE_ERROR, "a", "write /var/lib/docker/tmp/x: no space left on device");
    }
}
