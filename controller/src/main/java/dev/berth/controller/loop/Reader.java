package dev.berth.controller.loop;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.host.PodProgress;
import dev.berth.controller.scheduling.Outlook;

/** What a query may look at, on the loop's thread, between two commits; only immutable values may leave it. */
public record Reader(
        ClusterView cluster, HostLiveness liveness, PodProgress progress, Outlook outlook, long nowMillis) {}
