package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/workspace",
                "/data/set one",
                "/root/.cache",
                "/home",
                "/opt/etc",
                "/etcetera",
                "/mnt/usr",
                "/srv/a.b",
                "/.berthing",
                "/devices"
            })
    void pathsOfTheUsersOwnAreTaken(String path) {
        assertThat(MountPath.violation(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "workspace",
                "./w",
                "/",
                "//",
                "/w/",
                "/a//b",
                "/a/./b",
                "/a/../etc",
                "/..",
                "/proc",
                "/proc/1",
                "/sys/fs",
                "/dev/shm",
                "/run/secrets",
                "/run/secrets/x",
                "/.berth",
                "/.berth/init",
                "/etc",
                "/etc/ssl",
                "/usr",
                "/usr/local/x",
                "/bin",
                "/sbin/x",
                "/lib/x",
                "/lib64",
                "/var/lib",
                "/run",
                "/run/lock",
                "/boot/grub",
                "/a:b",
                "/a\nb",
                "/a\u202eb",
                "/a\0b"
            })
    void pathsOfTheSystemAndCrookedOnesAreRefused(String path) {
        assertThat(MountPath.violation(path)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 1025})
    void aPathHasALimit(int length) {
        String path = "/" + "x".repeat(length - 1);
        assertThat(MountPath.violation(path).isPresent()).isEqualTo(length > 1024);
    }
}
