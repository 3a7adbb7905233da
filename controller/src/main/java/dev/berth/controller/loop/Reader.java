package dev.berth.controller.loop;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.host.PodProgress;
import dev.berth.controller.host.VolumeSightings;
import dev.berth.controller.pod.PodDeadlines;
import dev.berth.controller.scheduling.Outlook;

/**
 * What a query may look at, on the loop's thread, between two commits; only immutable values may leave it.
 *
 * @param leaseMillis what a heartbeat that is acknowledged now is worth; 0 while the store is in doubt
 */
public record Reader(
        ClusterView cluster,
        HostLiveness liveness,
        PodProgress progress,
        PodDeadlines deadlines,
        VolumeSightings sightings,
        Outlook outlook,
        long leaseMillis,
        long nowMillis) {}
