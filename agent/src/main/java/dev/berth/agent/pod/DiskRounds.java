package dev.berth.agent.pod;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.volume.DiskGuard;
import dev.berth.agent.volume.DiskWatch;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets the watch over the host's disk look as often as it wants to, and tells when volumes freeze or thaw, and when the
 * host takes no new work or does again.
 */
public final class DiskRounds implements AutoCloseable {
    private final DiskWatch watch;
    private final Consumer<AgentEvent> events;
    private final Consumer<Boolean> full;
    private DiskGuard.Level before = DiskGuard.Level.OPEN;
    private Set<String> frozenBefore = Set.of();
    private final PeriodicTask task;

    /** @param full told each time that the disk becomes too full for new work, or has room for it again */
    public DiskRounds(DiskWatch watch, Consumer<AgentEvent> events, Consumer<Boolean> full) {
        this.watch = watch;
        this.events = events;
        this.full = full;
        this.task = new PeriodicTask("disk", this::round);
    }

    private long round() {
        DiskGuard.Level now = watch.tick();
        Set<String> frozen = watch.frozen();
        boolean turned = (now == DiskGuard.Level.OPEN) != (before == DiskGuard.Level.OPEN);
        boolean changed = !frozen.equals(frozenBefore);
        before = now;
        frozenBefore = frozen;
        if (turned) {
            full.accept(now != DiskGuard.Level.OPEN);
        }
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
