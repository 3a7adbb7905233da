package dev.berth.agent;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.loop.Mailbox;
import dev.berth.agent.loop.RunningPods;
import dev.berth.agent.model.RunningPod;
import dev.berth.agent.pod.ContainerDisks;
import dev.berth.agent.pod.DiskRounds;
import dev.berth.agent.pod.ReadinessProbe;
import dev.berth.agent.volume.DiskWatch;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that looks after pods while they run: their ports, what they write, the host's disk. Tells the core by events. */
final class PodWatchers implements RunningPods, AutoCloseable {
    private final ReadinessProbe readiness;
    private final DiskRounds disk;
    /** Null: the engine limits it, or nobody does. */
    private final @Nullable ContainerDisks containerDisks;

    /** @param watchesDisks whether what containers write is to be watched here */
    PodWatchers(
            ContainerRuntime runtime, DiskWatch watch, String publishAddress, boolean watchesDisks, Mailbox mailbox) {
        Consumer<AgentEvent> events = mailbox::offer;
        readiness = new ReadinessProbe(publishAddress, events);
        disk = new DiskRounds(watch, events, mailbox::diskFull);
        containerDisks = watchesDisks ? new ContainerDisks(runtime, events) : null;
    }

    @Override
    public void running(List<RunningPod> pods) {
        readiness.running(pods);
        if (containerDisks != null) {
            containerDisks.running(pods);
        }
    }

    @Override
    public void close() {
        readiness.close();
        disk.close();
        if (containerDisks != null) {
            containerDisks.close();
        }
    }
}
