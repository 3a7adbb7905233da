package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.DiskWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full for its watch, whatever the machine has, with a volume that is mounted. Needs root. */
class DiskRoundsTest {
    private static final VolumeKey V1 = new VolumeKey("v000000000000001", 1);
    private static final PodKey POD = new PodKey(CopyHost.POD, 1);

    @TempDir
    Path folder;

    private final BlockingQueue<Boolean> full = new LinkedBlockingQueue<>();
    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
    private CopyHost roomy;
    private CopyHost host;

    @BeforeEach
    void open() throws IOException {
        roomy = new CopyHost(folder, 1 << 20, watch -> new FakeTransfers());
        roomy.mount(V1, 1);
        host = new CopyHost(folder, 1L << 60, watch -> new FakeTransfers());
    }

    @AfterEach
    void close() throws IOException {
        roomy.close();
    }

    private List<Boolean> frozen() {
        return host.volumes.list().copies().stream().map(FoundCopy::frozen).toList();
    }

    @Test
    void aFullDiskIsToldOnceAndItsFrozenVolumesAreListedAnew() throws Exception {
        DiskWatch watch = host.watch;
        try (DiskRounds _ = new DiskRounds(watch, events::add, full::add)) {
            assertThat(full.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(events.poll(20, TimeUnit.SECONDS)).isInstanceOf(AgentEvent.EventsMissed.class);
            assertThat(frozen()).containsExactly(true);
            assertThat(events).as("nothing changed").isEmpty();
            host.volumes.thaw(POD);
            assertThat(events.poll(20, TimeUnit.SECONDS))
                    .as("that one is frozen no more")
                    .isInstanceOf(AgentEvent.EventsMissed.class);
            assertThat(frozen()).containsExactly(false);
        }
        assertThat(full).isEmpty();
    }
}
