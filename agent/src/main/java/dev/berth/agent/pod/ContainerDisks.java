package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.loop.RunningPods;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.RunningPod;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what containers write outside their volumes, where the engine's storage driver cannot limit it: every 15 s, a
 * few containers at a time, each as often as its files allow. One that is over its limit is told to the core, which
 * stops it. Threads of its own.
 */
public final class ContainerDisks implements RunningPods, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContainerDisks.class);
    private static final long PERIOD_MILLIS = 15_000;
    private static final long GB = 1L << 30;
    private static final long MIB = 1L << 20;
    /** One with very many files holds up only itself. */
    private static final int AT_ONCE = 4;

    private final ContainerRuntime runtime;
    private final Consumer<AgentEvent> events;
    private final Semaphore lanes = new Semaphore(AT_ONCE);
    private final Set<PodKey> underWay = ConcurrentHashMap.newKeySet();
    private final Set<PodKey> unknown = ConcurrentHashMap.newKeySet();
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
        List<RunningPod> pods = running;
        unknown.retainAll(pods.stream().map(RunningPod::key).toList());
        for (RunningPod pod : pods) {
            if (underWay.add(pod.key())) {
                Thread.ofVirtual().name("container-disk-" + pod.key()).start(() -> lookInTurn(pod));
            }
        }
        return PERIOD_MILLIS;
    }

    private void lookInTurn(RunningPod pod) {
        lanes.acquireUninterruptibly();
        try {
            look(pod);
        } finally {
            lanes.release();
            underWay.remove(pod.key());
        }
    }

    void look(RunningPod pod) {
        try {
            long written = runtime.writtenBytes(pod.containerId());
            unknown.remove(pod.key());
            if (written > pod.containerDiskGb() * GB) {
                events.accept(new AgentEvent.DiskExceeded(
                        pod.key(),
                        pod.containerId(),
                        "stopped by the host: it wrote " + written / MIB + " MiB outside its volumes, its container"
                                + " disk has " + pod.containerDiskGb() + " GB"));
            }
        } catch (ContainerException e) {
            if (e.kind() != Kind.NOT_FOUND && unknown.add(pod.key())) {
                log.warn(
                        "pod {}: what it wrote outside its volumes cannot be told, so that is not limited for now: {}",
                        pod.key(),
                        e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
