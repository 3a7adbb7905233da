package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Standing;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumePlace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened, in the only words that change {@link ClusterState}, live and on replay. Times come from the event
 * that caused the record.
 */
public sealed interface JournalRecord {
    long atMillis();

    /** Those that change volumes and copies of them. */
    sealed interface OfVolume extends JournalRecord {}

    /** Those that change deployments alone. */
    sealed interface OfDeployment extends JournalRecord {}

    /** A controller started; the first one names the cluster. */
    record TermBegan(long term, String clusterId, long atMillis) implements JournalRecord {}

    /** A host joined, or came back with another inventory, name or region. */
    record HostJoined(HostId hostId, String name, HostPlace place, Inventory inventory, long atMillis)
            implements JournalRecord {}

    record SessionOpened(HostId hostId, long sessionEpoch, String bootId, long atMillis) implements JournalRecord {}

    /**
     * A pod was accepted; the request that made it is remembered in the same record. A deployment makes its pods without
     * a request, a user makes one without membership.
     */
    record PodCreated(
            PodId podId,
            TenantId tenant,
            PodSpec spec,
            @Nullable Membership membership,
            Actor actor,
            @Nullable RequestKey request,
            long atMillis)
            implements JournalRecord {}

    /**
     * Units and ports are claimed for the next incarnation and the host has an assignment from here on; the pod's volumes
     * begin there or follow. A pod that holds units is placed anew only where it is, with the same units: a reset, by
     * whoever asked for it.
     */
    record PodPlaced(
            PodId podId,
            HostId hostId,
            int incarnation,
            Grant grant,
            long gpuHourMicros,
            List<PortBinding> ports,
            String message,
            Actor actor,
            long atMillis)
            implements JournalRecord {
        /** By the scheduler. */
        public PodPlaced(
                PodId podId,
                HostId hostId,
                int incarnation,
                Grant grant,
                long gpuHourMicros,
                List<PortBinding> ports,
                String message,
                long atMillis) {
            this(podId, hostId, incarnation, grant, gpuHourMicros, ports, message, Actor.SCHEDULER, atMillis);
        }

        /** By the scheduler, without ports. */
        public PodPlaced(
                PodId podId,
                HostId hostId,
                int incarnation,
                Grant grant,
                long gpuHourMicros,
                String message,
                long atMillis) {
            this(podId, hostId, incarnation, grant, gpuHourMicros, List.of(), message, atMillis);
        }
    }

    /** A new spec; volumes that it newly asks for exist from here on, sizes grow. */
    record PodEdited(PodId podId, PodSpec spec, String message, Actor actor, long atMillis) implements JournalRecord {}

    record PodLocked(PodId podId, boolean locked, Actor actor, long atMillis) implements JournalRecord {}

    /** The container is to be started anew, within the incarnation. */
    record PodRestarted(PodId podId, Actor actor, long atMillis) implements JournalRecord {}

    /** A move of the pod machine, also an event that users see. */
    record PodMoved(PodId podId, PodStatus to, Actor actor, long atMillis) implements JournalRecord {}

    /** The host proved that nothing of the incarnation runs. */
    record UnitsReleased(PodId podId, int incarnation, long atMillis) implements JournalRecord {}

    /** The host proved that nothing of the pod is left there. */
    record AssignmentWithdrawn(PodId podId, HostId hostId, int incarnation, long atMillis) implements JournalRecord {}

    /** An action on a pod, deployment or host was answered; a repeat of the request gets the same answer. */
    record RequestRemembered(RequestKey request, String subjectId, long atMillis) implements JournalRecord {}

    /** What the host is open for, from here on. */
    record HostStood(HostId hostId, Standing standing, String message, Actor actor, long atMillis)
            implements JournalRecord {}

    /** New pods of the tenant stay off the host until then. */
    record HostAvoided(TenantId tenant, HostId hostId, long untilMillis, long atMillis) implements JournalRecord {}

    /** The machine is off for good, said the actor: whatever ran there runs no more. */
    record HostGivenUp(HostId hostId, Actor actor, long atMillis) implements JournalRecord {}

    record DeploymentCreated(
            DeploymentId deploymentId,
            TenantId tenant,
            DeploymentSpec spec,
            Actor actor,
            RequestKey request,
            long atMillis)
            implements OfDeployment {}

    /** New counts or a new template. */
    record DeploymentChanged(DeploymentId deploymentId, DeploymentSpec spec, String message, Actor actor, long atMillis)
            implements OfDeployment {}

    record DeploymentMoved(
            DeploymentId deploymentId,
            DeploymentState state,
            boolean deleting,
            String message,
            Actor actor,
            long atMillis)
            implements OfDeployment {}

    record DeploymentDeleted(DeploymentId deploymentId, long atMillis) implements OfDeployment {}

    /** Free units of a host are kept for a pod that waits; ends with its placement or its end. */
    record HostReserved(Reservation reservation, long atMillis) implements JournalRecord {}

    record ReservationDropped(PodId podId, long atMillis) implements JournalRecord {}

    /** A network volume; those of pods exist from the record that first asks for them. */
    record VolumeCreated(
            VolumeId volumeId,
            TenantId tenant,
            String name,
            VolumePlace place,
            int sizeGb,
            Actor actor,
            RequestKey request,
            long atMillis)
            implements OfVolume {}

    record VolumeResized(VolumeId volumeId, int sizeGb, Actor actor, long atMillis) implements OfVolume {}

    /** The host has the copy, durable; of a fetched one this is the move, and the older copy is to be laid aside. */
    record VolumeProven(VolumeKey key, HostId hostId, long atMillis) implements OfVolume {}

    record VolumeTrashed(VolumeId volumeId, Actor actor, long atMillis) implements OfVolume {}

    /**
     * Back from the trash as a new generation; a pod's volume for this pod, a network volume for none. {@code claimedGb}
     * is what its host gives it for now; 0: all that it had been given.
     */
    record VolumeRestored(VolumeId volumeId, @Nullable PodId podId, int claimedGb, Actor actor, long atMillis)
            implements OfVolume {}

    record CopyOrdered(VolumeKey key, HostId hostId, CopyGoal goal, long atMillis) implements OfVolume {}

    /** The host proved that nothing of the copy is left. */
    record CopyForgotten(VolumeKey key, HostId hostId, long atMillis) implements OfVolume {}
}
