package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.TenantId;

/**
 * What happened, in the only words that change {@link ClusterState}, live and on replay. Times come from the event
 * that caused the record.
 */
public sealed interface JournalRecord {
    long atMillis();

    /** A controller started; the first one names the cluster. */
    record TermBegan(long term, String clusterId, long atMillis) implements JournalRecord {}

    /** A host joined, or came back with another inventory, name or region. */
    record HostJoined(HostId hostId, String name, String region, Inventory inventory, long atMillis)
            implements JournalRecord {}

    record SessionOpened(HostId hostId, long sessionEpoch, String bootId, long atMillis) implements JournalRecord {}

    /** A pod was accepted; the request that made it is remembered in the same record. */
    record PodCreated(PodId podId, TenantId tenant, PodSpec spec, Actor actor, RequestKey request, long atMillis)
            implements JournalRecord {}

    /** Units are claimed for the next incarnation and the host has an assignment from here on. */
    record PodPlaced(
            PodId podId, HostId hostId, int incarnation, Grant grant, long gpuHourMicros, String message, long atMillis)
            implements JournalRecord {}

    /** A move of the pod machine, also an event that users see. */
    record PodMoved(PodId podId, PodStatus to, Actor actor, long atMillis) implements JournalRecord {}

    /** The host proved that nothing of the incarnation runs. */
    record UnitsReleased(PodId podId, int incarnation, long atMillis) implements JournalRecord {}

    /** The host proved that nothing of the pod is left there. */
    record AssignmentWithdrawn(PodId podId, HostId hostId, int incarnation, long atMillis) implements JournalRecord {}

    /** An action on a pod was answered; a repeat of the request gets the same answer. */
    record RequestRemembered(RequestKey request, PodId podId, long atMillis) implements JournalRecord {}
}
