package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    private static String full(String reference) {
        return ImageReference.parse(reference).full();
    }

    @Test
    void shortNamesAreWrittenOutAsDockerReadsThem() {
        assertThat(full("debian")).isEqualTo("docker.io/library/debian:latest");
        assertThat(full("debian:12")).isEqualTo("docker.io/library/debian:12");
        assertThat(full("berth/debian:bookworm")).isEqualTo("docker.io/berth/debian:bookworm");
        assertThat(full("index.docker.io/a/b:1")).isEqualTo("docker.io/a/b:1");
        assertThat(full("localhost/a:1")).isEqualTo("localhost/a:1");
        assertThat(full("127.0.0.1:5000/a/b")).isEqualTo("127.0.0.1:5000/a/b:latest");
        assertThat(full("[::1]:5000/a")).isEqualTo("[::1]:5000/a:latest");
        assertThat(full("ghcr.io/Org".toLowerCase(java.util.Locale.ROOT) + "/x__y.z-w:V1"))
                .isEqualTo("ghcr.io/org/x__y.z-w:V1");
    }

    @Test
    void digestSaysMoreThanTag() {
        assertThat(full("debian@" + DIGEST)).isEqualTo("docker.io/library/debian@" + DIGEST);
        ImageReference both = ImageReference.parse("nvcr.io/nvidia/pytorch:24.01@" + DIGEST);
        assertThat(both.full()).isEqualTo("nvcr.io/nvidia/pytorch@" + DIGEST);
        assertThat(both.pullTag()).isEqualTo(DIGEST);
        assertThat(ImageReference.parse("a:b").pullTag()).isEqualTo("b");
    }

    @Test
    void nameThatCouldBeAnIdIsAskedForInFull() {
        assertThat(full("deadbeef")).isEqualTo("docker.io/library/deadbeef:latest");
    }

    @Test
    void whatIsNoReferenceIsInvalid() {
        for (String bad : List.of(
                "",
                " ",
                "Debian",
                "a b",
                "a:",
                ":1",
                "a//b",
                "/a",
                "a/",
                "a:b:c",
                "a@sha256:12",
                "-a",
                "a..b",
                "a;rm",
                "../a",
                "a\u0000b",
                "a\n",
                "ab".repeat(32),
                "x".repeat(513),
                "a:" + "t".repeat(129),
                "http://a/b")) {
            ContainerRuntimeContract.assertKind(Kind.INVALID_IMAGE, () -> ImageReference.parse(bad));
        }
    }
}
