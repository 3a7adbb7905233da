package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.loop.RunningPods;
import dev.berth.agent.model.RunningPod;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what containers write outside their volumes, where the engine's storage driver cannot limit it: every 15 s,
 * one container after the other. One that is over its limit is told to the core, which stops it. A thread of its own.
 */
public final class ContainerDisks implements RunningPods, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContainerDisks.class);
    private static final long PERIOD_MILLIS = 15_000;
    private static final long GB = 1L << 30;
    private static final long MIB = 1L << 20;

    private final ContainerRuntime runtime;
    private final Consumer<AgentEvent> events;
    private volatile List<RunningPod> running = List.of();
    private final PeriodicTask task;

    public ContainerDisks(ContainerRuntime runtime, Consumer<AgentEvent> events) {
        this.runtime = runtime;
        this.events = events;
        this.task = new PeriodicTask("container-disks", this::round);
    }

    @Override
    public void running(List<RunningPod> pods) {
        running = pods.stream().filter(pod -> pod.containerDiskGb() > 0).toList();
    }

    long round() {
        running.forEach(this::look);
        return PERIOD_MILLIS;
    }

    void look(RunningPod pod) {
        try {
            long written = runtime.writtenBytes(pod.containerId());
            if (written > pod.containerDiskGb() * GB) {
                events.accept(new AgentEvent.DiskExceeded(
                        pod.key(),
                        pod.containerId(),
                        "stopped by the host: it wrote " + written / MIB + " MiB outside its volumes, its container"
                                + " disk has " + pod.containerDiskGb() + " GB"));
            }
        } catch (ContainerException e) {
            log.debug("pod {}: what it wrote cannot be told: {}", pod.key(), e.getMessage());
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
