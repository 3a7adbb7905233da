package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MountPathTest {
    @Test
    void ordinaryDirectoriesAreAllowed() {
        for (String path : List.of(
                "/workspace",
                "/data/models",
                "/opt/app",
                "/mnt/x y",
                "/homes",
                "/usrlocal",
                "/procfs",
                "/a..b/.c",
                "/%2e%2e",
                "/run2",
                "/データ")) {
            assertThat(MountPath.refusal(path, true)).as(path).isEmpty();
            assertThat(MountPath.refusal(path, false)).as(path).isEmpty();
        }
    }

    @Test
    void whatIsNoCleanAbsolutePathIsRefused() {
        for (String path : List.of(
                "",
                "workspace",
                "./a",
                "..",
                "/",
                "//",
                "/a//b",
                "/a/",
                "/.",
                "/a/./b",
                "/..",
                "/a/..",
                "/a/../etc",
                "/a\0b",
                "/a\nb",
                "/a:b",
                "/a:ro",
                "\0",
                "/" + "a".repeat(2000))) {
            assertThat(MountPath.refusal(path, false)).as(path).isPresent();
        }
    }

    @Test
    void theKernelsAndTheAgentsOwnPlacesAreRefused() {
        for (String path : List.of(
                "/proc",
                "/proc/1",
                "/sys",
                "/sys/fs/cgroup",
                "/dev",
                "/dev/shm",
                "/run/secrets",
                "/run/secrets/a",
                "/var/run/secrets",
                "/.berth",
                "/.berth/init",
                "/bin",
                "/sbin/x",
                "/lib/x",
                "/lib64",
                "/boot")) {
            assertThat(MountPath.refusal(path, false)).as(path).isPresent();
        }
    }

    @Test
    void systemDirectoriesBelongToTheSystemVolumeWhereThereIsOne() {
        for (String directory : List.of("/home", "/root", "/var", "/run", "/etc", "/usr")) {
            assertThat(MountPath.refusal(directory, false)).as(directory).isPresent();
            assertThat(MountPath.refusal(directory, true)).as(directory).isPresent();
            assertThat(MountPath.refusal(directory + "/mine", true))
                    .as(directory)
                    .isPresent();
            assertThat(MountPath.refusal(directory + "/mine", false))
                    .as(directory)
                    .isEmpty();
        }
    }

    @Test
    void sentencesNameThePathAndTheRule() {
        assertThat(MountPath.refusal("/etc/x", true))
                .hasValue("mount path \"/etc/x\" is at or below /etc, which the system volume keeps; choose another"
                        + " directory");
        assertThat(MountPath.refusal("/a\0b", true))
                .hasValueSatisfying(why -> assertThat(why).contains("\"/a?b\"").doesNotContain("\0"));
    }

    @Test
    void twoVolumesDoNotOverlap() {
        assertThat(MountPath.refusal(List.of("/a", "/b", "/ab"), true)).isEmpty();
        assertThat(MountPath.refusal(List.of("/a", "/a"), true)).isPresent();
        assertThat(MountPath.refusal(List.of("/a/b", "/a"), true)).isPresent();
        assertThat(MountPath.refusal(List.of("/a", "/a/b"), true)).isPresent();
    }
}
