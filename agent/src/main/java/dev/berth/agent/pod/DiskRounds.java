package dev.berth.agent.pod;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.volume.DiskGuard;
import dev.berth.agent.volume.DiskWatch;
import java.util.function.Consumer;

/** Lets the watch over the host's disk look as often as it wants to, and tells the core when volumes freeze or thaw. */
public final class DiskRounds implements AutoCloseable {
    private final DiskWatch watch;
    private final Consumer<AgentEvent> events;
    private DiskGuard.Level before = DiskGuard.Level.OPEN;
    private final PeriodicTask task;

    public DiskRounds(DiskWatch watch, Consumer<AgentEvent> events) {
        this.watch = watch;
        this.events = events;
        this.task = new PeriodicTask("disk", this::round);
    }

    private long round() {
        DiskGuard.Level now = watch.tick();
        boolean changed = (now == DiskGuard.Level.FREEZE) != (before == DiskGuard.Level.FREEZE);
        before = now;
        if (changed) {
            // The next listing shows which copies are frozen.
            events.accept(new AgentEvent.EventsMissed());
        }
        return watch.nextLookMillis();
    }

    @Override
    public void close() {
        task.close();
    }
}
