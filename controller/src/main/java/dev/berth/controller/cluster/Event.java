package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumePlace;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/** A request, report or timer: the only input of the engine. Time, ids and chance come in with it. */
public sealed interface Event {
    long atMillis();

    /** A caller asked for a pod; {@code podId} is fresh and random. */
    record PodSubmitted(RequestKey request, Actor actor, PodId podId, PodSpec spec, long atMillis) implements Event {}

    /**
     * A caller asked for an action on a pod, by id or name as {@link PodLookup} takes them; {@code withoutGpus} is for RUN
     * alone.
     */
    record PodActed(
            RequestKey request, Actor actor, String podIdOrName, PodAction action, boolean withoutGpus, long atMillis)
            implements Event {
        public PodActed(RequestKey request, Actor actor, String podIdOrName, PodAction action, long atMillis) {
            this(request, actor, podIdOrName, action, false, atMillis);
        }
    }

    /** A caller asked for a new spec of a pod; {@code expectedVersion} is the one that it read. */
    record PodEditAsked(
            RequestKey request, Actor actor, String podIdOrName, SpecEdit edit, long expectedVersion, long atMillis)
            implements Event {}

    /**
     * The whole new spec of a pod, of which a caller may leave two things as they are.
     *
     * @param keepsSystemVolume the size of the system volume was not said
     * @param keepsVolumeMount the path of the pod volume was not said
     */
    record SpecEdit(PodSpec spec, boolean keepsSystemVolume, boolean keepsVolumeMount) {}

    /** An agent opened a session. */
    record HostDialled(HostId hostId, Hello hello, long atMillis) implements Event {}

    /** A caller asked for a deployment; {@code deploymentId} is fresh and random. */
    record DeploymentSubmitted(
            RequestKey request, Actor actor, DeploymentId deploymentId, DeploymentSpec spec, long atMillis)
            implements Event {}

    /** New counts; null for those that stay. {@code expectedVersion} is 0 for whatever the version is. */
    record DeploymentScaled(
            RequestKey request,
            Actor actor,
            String deploymentIdOrName,
            @Nullable Integer replicas,
            @Nullable Integer parallelism,
            @Nullable Integer completions,
            long expectedVersion,
            long atMillis)
            implements Event {}

    record DeploymentUpdated(
            RequestKey request,
            Actor actor,
            String deploymentIdOrName,
            PodSpec template,
            long expectedVersion,
            long atMillis)
            implements Event {}

    /** A caller asked for an end: of the pods, or of the deployment as well. */
    record DeploymentEnded(RequestKey request, Actor actor, String deploymentIdOrName, boolean deleting, long atMillis)
            implements Event {}

    /** A caller asked for the end of one member, with a replacement or with one fewer from now on. */
    record MemberStopped(RequestKey request, Actor actor, PodId podId, boolean decrease, long atMillis)
            implements Event {}

    /** An administrator acted on a host; {@code deadlineMillis} from now on counts for DRAIN alone. */
    record HostActed(
            RequestKey request, Actor actor, String hostIdOrName, HostAction action, long deadlineMillis, long atMillis)
            implements Event {}

    /** A tenant wants its new pods kept off the host of one of its pods for a while. */
    record HostAvoidAsked(RequestKey request, Actor actor, String podIdOrName, long durationMillis, long atMillis)
            implements Event {}

    /**
     * A caller asked for a network volume; {@code volumeId} is fresh and random. An empty share of the place stands for
     * the first that a host of the region has mounted.
     */
    record VolumeSubmitted(
            RequestKey request,
            Actor actor,
            VolumeId volumeId,
            String name,
            VolumePlace place,
            int sizeGb,
            long atMillis)
            implements Event {}

    /** A caller asked for something to be done to a volume, by id or by the name of a network volume. */
    record VolumeActed(RequestKey request, Actor actor, String volumeIdOrName, VolumeAct act, long atMillis)
            implements Event {}

    /** What may be done to a volume. */
    sealed interface VolumeAct {
        record Resize(int sizeGb) implements VolumeAct {}

        /** Of a network volume: to the trash. */
        record Delete() implements VolumeAct {}

        /** Out of the trash; {@code podIdOrName} is empty for a network volume. */
        record Restore(String podIdOrName) implements VolumeAct {}
    }

    /**
     * An agent told what it sees; {@code appliedRevision} is that of the desired set that it goes by, {@code inventory},
     * {@code images} and {@code diskFull} are null when unchanged.
     */
    record HostReported(
            HostId hostId,
            long sessionEpoch,
            long sequence,
            boolean full,
            long appliedRevision,
            List<ObservedPod> pods,
            List<ObservedCopy> copies,
            @Nullable Inventory inventory,
            @Nullable NavigableSet<String> images,
            @Nullable Boolean diskFull,
            long atMillis)
            implements Event {
        /** Of a host whose disk is as it was. */
        public HostReported(
                HostId hostId,
                long sessionEpoch,
                long sequence,
                boolean full,
                long appliedRevision,
                List<ObservedPod> pods,
                List<ObservedCopy> copies,
                @Nullable Inventory inventory,
                @Nullable NavigableSet<String> images,
                long atMillis) {
            this(
                    hostId,
                    sessionEpoch,
                    sequence,
                    full,
                    appliedRevision,
                    pods,
                    copies,
                    inventory,
                    images,
                    null,
                    atMillis);
        }

        /** Without copies of volumes. */
        public HostReported(
                HostId hostId,
                long sessionEpoch,
                long sequence,
                boolean full,
                List<ObservedPod> pods,
                @Nullable Inventory inventory,
                @Nullable NavigableSet<String> images,
                long atMillis) {
            this(hostId, sessionEpoch, sequence, full, 0, pods, List.of(), inventory, images, atMillis);
        }
    }

    record HostHeard(HostId hostId, long sessionEpoch, long atMillis) implements Event {}

    record SessionClosed(HostId hostId, long sessionEpoch, long atMillis) implements Event {}

    /** Once a second: liveness and whatever else waits for time to pass. */
    record Ticked(long atMillis) implements Event {}

    /** What an agent says of itself when it dials. */
    record Hello(
            String name, HostPlace place, String clusterId, String bootId, long highestTerm, Inventory inventory) {}
}
