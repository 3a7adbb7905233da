package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTableTest {
    @Test
    void optionalFieldsAndQuotedNamesAreRead() {
        MountTable table = MountTable.parse(List.of(
                "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
                "42 27 7:3 / /data/mounts/p.1/v.1/fs rw shared:1 master:2 - ext4 /dev/loop3 rw",
                "43 27 0:44 /x\\040y /data/mo\\040unts/\\134 rw - overlay overlay rw,lowerdir=l/A:l/B",
                "44 27 0:44 / /data/mountsother rw - tmpfs none rw",
                "broken"));
        assertThat(table.entries())
                .extracting(MountTable.Entry::point)
                .containsExactly("/", "/data/mounts/p.1/v.1/fs", "/data/mo unts/\\", "/data/mountsother");
        assertThat(table.below(Path.of("/data/mounts")))
                .containsExactly(new MountTable.Entry("/data/mounts/p.1/v.1/fs", "ext4", "/dev/loop3"));
        assertThat(table.has(Path.of("/data/mo unts/\\"))).isTrue();
        assertThat(table.has(Path.of("/data/mounts"))).isFalse();
    }

    @Test
    void theKernelsOwnTableHasARoot() {
        assertThat(MountTable.read().has(Path.of("/"))).isTrue();
    }
}
