package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageOsTest {
    @Test
    void debianUbuntuAndTheirDescendantsAreOneFamily() {
        assertThat(ImageOs.parse("NAME=x\nID=debian\nVERSION_ID=\"12\"\n").debianFamily())
                .isTrue();
        assertThat(ImageOs.parse("ID=ubuntu\nID_LIKE=debian").debianFamily()).isTrue();
        assertThat(ImageOs.parse("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n").debianFamily())
                .isTrue();
        assertThat(ImageOs.parse("ID='pop'\r\nID_LIKE='ubuntu'\r\n").debianFamily())
                .isTrue();
    }

    @Test
    void othersAreRefusedByName() {
        ContainerRuntimeContract.assertKind(
                Kind.IMAGE_OS_UNSUPPORTED, () -> ImageOs.parse("ID=alpine\n").requireDebianFamily("alpine:3"));
        ContainerRuntimeContract.assertKind(
                Kind.IMAGE_OS_UNSUPPORTED,
                () -> ImageOs.parse("ID=rocky\nID_LIKE=\"rhel fedora\"").requireDebianFamily("r"));
        ContainerRuntimeContract.assertKind(
                Kind.IMAGE_OS_UNSUPPORTED, () -> ImageOs.parse("").requireDebianFamily("scratch"));
        assertThat(ImageOs.parse("# ID=debian\nVARIANT_ID=debian\nPRETTY_NAME=debian")
                        .debianFamily())
                .isFalse();
        assertThat(ImageOs.parse("ID=\"\"")).isEqualTo(new ImageOs("", List.of()));
    }
}
