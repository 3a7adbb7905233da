package dev.berth.controller.cluster;

import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentEvent;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedCollection;
import org.jspecify.annotations.Nullable;

/**
 * What the controller knows for certain, read-only. Belongs to the loop's thread: readers elsewhere ask the loop and
 * get immutable values.
 */
public interface ClusterView {
    String clusterId();

    long term();

    /** Number of the last record; every record has its own, rising by one. */
    long version();

    @Nullable
    Pod pod(PodId id);

    /** Pods that are not final and bear exactly this name, oldest first. */
    Collection<Pod> livePodsNamed(TenantId tenant, String name);

    /** The pod of this name that ended last, within 24 h; null when there is none. */
    @Nullable
    Pod lastEndedPodNamed(TenantId tenant, String name);

    /** All pods by age, oldest first, with the final ones of the last 24 h. */
    NavigableMap<PodOrder, Pod> podsByAge();

    /** Pods that wait for a place, in the order of the queue. */
    Collection<Pod> queue();

    /** Place of a pod from 1, 0 when it does not wait. Cheap. */
    int queuePosition(Pod pod);

    List<PodEvent> events(PodId id);

    /** By id. */
    Collection<Host> hosts();

    @Nullable
    Host host(HostId id);

    Optional<Host> hostNamed(String idOrName);

    /** Pod that holds the unit; null when it is free. */
    @Nullable
    PodId holder(HostId hostId, String unitId);

    /** The other host on which a pod holds the same unit, as when a card has moved; null for none. */
    @Nullable
    HostId heldElsewhere(HostId hostId, String unitId);

    /** Other hosts that report the same unit, by id. */
    Collection<HostId> alsoReporting(HostId hostId, String unitId);

    int freeUnits(HostId hostId);

    Collection<Assignment> assignments(HostId hostId);

    @Nullable
    Assignment assignment(HostId hostId, PodId podId);

    /** Hosts that still have an assignment of the pod. */
    Collection<HostId> assignedHosts(PodId podId);

    Optional<RememberedRequest> remembered(RequestKey.Identity identity);

    /** Pods that hold units of the host, or run there without any, by id. */
    Collection<PodId> holders(HostId hostId);

    /** What happened to the host by command, oldest first. */
    List<HostEvent> hostEvents(HostId id);

    /** Hosts that new pods of the tenant stay off at the moment. */
    NavigableSet<HostId> avoidedHosts(TenantId tenant, long nowMillis);

    /** When a host is no longer avoided by some tenant, first after the given time; Long.MAX_VALUE for never. */
    long nextAvoidanceEnd(long afterMillis);

    @Nullable
    Deployment deployment(DeploymentId id);

    /** Of those that are not deleted. */
    @Nullable
    Deployment deploymentNamed(TenantId tenant, String name);

    /** Oldest first. */
    SequencedCollection<Deployment> deployments();

    /** Pods of the deployment that are not final, oldest first. */
    Collection<Pod> livePods(DeploymentId id);

    DeploymentProgress progress(DeploymentId id);

    DeploymentCensus census(DeploymentId id);

    List<DeploymentEvent> deploymentEvents(DeploymentId id);

    @Nullable
    Reservation reservation(PodId podId);

    Collection<Reservation> reservations(HostId hostId);

    /** By pod id. */
    Collection<Reservation> reservations();

    @Nullable
    Volume volume(VolumeId id);

    /** Of those that are not in the trash. */
    @Nullable
    Volume networkVolumeNamed(TenantId tenant, String name);

    /** The pod's own volumes, system volume first, without those in the trash. */
    List<Volume> volumesOf(PodId podId);

    /** Oldest first, with those in the trash. */
    SequencedCollection<Volume> volumes();

    /** In the order in which they came there. */
    Collection<Volume> trashedVolumes();

    /** The network volumes that a pod which is not final names. */
    Collection<VolumeId> networkVolumesOf(PodId podId);

    /** Pods that are not final and name the network volume, by id. */
    NavigableSet<PodId> volumeUsers(VolumeId id);

    /** Every copy that the host has or shall have, by volume and generation. */
    Collection<VolumeCopy> copiesOn(HostId hostId);

    Collection<VolumeCopy> copiesOf(VolumeId id);

    @Nullable
    VolumeCopy copy(VolumeKey key);

    /** Disk of the host that is given away, in GB: container disks and copies of volumes. */
    long claimedDiskGb(HostId hostId);

    /** What the host has given the pod's container of it: less than its spec says where that was raised meanwhile. */
    int containerDiskGb(HostId hostId, PodId podId);

    /** Published ports of the host that pods hold. */
    NavigableSet<Integer> takenPorts(HostId hostId);

    record RememberedRequest(String digest, String subjectId, long atMillis) {}

    /** Age first, id second. */
    record PodOrder(long createdMillis, PodId id) implements Comparable<PodOrder> {
        public static PodOrder of(Pod pod) {
            return new PodOrder(pod.times().createdMillis(), pod.id());
        }

        @Override
        public int compareTo(PodOrder other) {
            int byAge = Long.compare(createdMillis, other.createdMillis);
            return byAge != 0 ? byAge : id.compareTo(other.id);
        }
    }
}
