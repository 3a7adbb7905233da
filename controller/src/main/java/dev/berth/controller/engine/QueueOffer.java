package dev.berth.controller.engine;

import dev.berth.controller.model.HostId;
import dev.berth.controller.scheduling.Scheduler;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What hosts on which something came free could give at most, by model: the free units, those that are kept for lower
 * priorities too, and those of spot pods.
 */
final class QueueOffer {
    private final Scheduler scheduler;
    private final Collection<HostId> hosts;
    private NavigableMap<String, Integer> units = new TreeMap<>();

    QueueOffer(Scheduler scheduler, Collection<HostId> hosts) {
        this.scheduler = scheduler;
        this.hosts = hosts;
        refresh();
    }

    Collection<HostId> hosts() {
        return hosts;
    }

    /** The most that one of the hosts could give to one pod. */
    NavigableMap<String, Integer> units() {
        return units;
    }

    /** After units were given away. */
    void refresh() {
        NavigableMap<String, Integer> now = new TreeMap<>();
        for (HostId hostId : hosts) {
            scheduler.reserving().free(hostId).forEach((model, free) -> {
                int most = free + scheduler.preemption().spotUnits(hostId, model);
                if (most > 0) {
                    now.merge(model, most, Math::max);
                }
            });
        }
        units = now;
    }
}
