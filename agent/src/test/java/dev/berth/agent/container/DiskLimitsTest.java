package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DockerClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the engine's storage driver can limit what a container writes. */
class DiskLimitsTest {
    private static final Path DOCKER = Path.of("/var/lib/docker");

    private static String mount(String point, String type, String options) {
        return "36 35 8:1 / " + point + " rw,noatime shared:1 - " + type + " /dev/sda1 " + options;
    }

    private static boolean quota(String... lines) {
        return DiskLimits.hasProjectQuota(List.of(lines), DOCKER);
    }

    @Test
    void theOptionsOfTheMountThatHoldsTheFolderCount() {
        assertThat(quota(mount("/", "xfs", "rw,attr2,prjquota"))).isTrue();
        assertThat(quota(mount("/", "xfs", "rw,pquota"))).isTrue();
        assertThat(quota(mount("/", "xfs", "rw,noquota"))).isFalse();
        assertThat(quota(mount("/", "xfs", "rw,prjquota"), mount("/var/lib", "xfs", "rw")))
                .isFalse();
        assertThat(quota(mount("/var/lib", "xfs", "rw,prjquota"), mount("/", "xfs", "rw")))
                .isTrue();
    }

    @Test
    void mountsBesideTheFolderAndTornLinesDoNotCount() {
        assertThat(quota(mount("/", "xfs", "rw"), mount("/var/lib/docker2", "xfs", "rw,prjquota")))
                .isFalse();
        assertThat(quota("36 35 8:1 /", "36 35 8:1 / / rw - xfs /dev/sda1")).isFalse();
        assertThat(quota()).isFalse();
    }

    @Test
    void aLaterMountAtTheSamePlaceHidesTheEarlierOne() {
        assertThat(quota(mount("/var/lib/docker", "xfs", "rw,prjquota"), mount("/var/lib/docker", "ext4", "rw")))
                .isFalse();
    }

    private static Info info(String driver, String fileSystem) throws IOException {
        String json = "{\"Driver\":\"" + driver + "\",\"DriverStatus\":[[\"Backing Filesystem\",\"" + fileSystem
                + "\"]],\"DockerRootDir\":\"/proc\"}";
        return DockerClientConfig.getDefaultObjectMapper().readValue(json, Info.class);
    }

    @Test
    void onlyOverlay2OverXfsIsAskedForItsMount() throws IOException {
        assertThat(DiskLimits.available(info("vfs", "xfs"))).isFalse();
        assertThat(DiskLimits.available(info("overlay2", "extfs"))).isFalse();
        // The mount that holds /proc knows no quotas.
        assertThat(DiskLimits.available(info("overlay2", "xfs"))).isFalse();
        assertThat(DiskLimits.available(new Info())).isFalse();
    }
}
