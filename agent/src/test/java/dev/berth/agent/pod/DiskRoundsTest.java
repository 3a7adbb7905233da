package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.volume.DiskWatch;
import dev.berth.agent.volume.PodMounts;
import dev.berth.agent.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskRoundsTest {
    private final BlockingQueue<Boolean> full = new LinkedBlockingQueue<>();
    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    /** {@code reserveBytes} decides how full the disk looks, whatever the machine has. */
    private DiskRounds rounds(long reserveBytes) throws IOException {
        VolumeStore store = new VolumeStore(folder.resolve("volumes"));
        PodMounts mounts = new PodMounts(store, folder.resolve("mounts"));
        return new DiskRounds(new DiskWatch(folder, reserveBytes, store, mounts), events::add, full::add);
    }

    @Test
    void aFullDiskIsToldOnceAndItsFrozenVolumesAreListedAnew() throws Exception {
        try (DiskRounds _ = rounds(1L << 60)) {
            assertThat(full.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(events.poll(20, TimeUnit.SECONDS)).isInstanceOf(AgentEvent.EventsMissed.class);
        }
        assertThat(full).isEmpty();
    }
}
