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
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedCollection;
import org.jspecify.annotations.Nullable;

/** The tables that {@link ClusterState} changes, and all the ways to read them. Same thread. */
abstract class ClusterTables implements ClusterView {
    String clusterId = "";
    long term;
    long version;
    long latestMillis;
    final HostTable hosts = new HostTable();
    final PodTable pods = new PodTable();
    final UnitClaims claims = new UnitClaims();
    final UnitReports reports = new UnitReports();
    final AssignmentTable assignments = new AssignmentTable();
    final RequestMemory requests = new RequestMemory();
    final DeploymentTable deployments = new DeploymentTable();
    final Reservations reservations = new Reservations();
    final AvoidedHosts avoided = new AvoidedHosts();
    final VolumeTable volumes = new VolumeTable();
    final DiskClaims disks = new DiskClaims();
    final PortClaims ports = new PortClaims();

    /** The order of the copy is another one than before. */
    abstract void touchCopy(HostId hostId, VolumeKey key);

    abstract void touchVolume(Volume volume);

    abstract void touchDeployment(DeploymentId id);

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public @Nullable Pod pod(PodId id) {
        return pods.get(id);
    }

    @Override
    public Collection<Pod> livePodsNamed(TenantId tenant, String name) {
        return pods.liveNamed(tenant, name);
    }

    @Override
    public @Nullable Pod lastEndedPodNamed(TenantId tenant, String name) {
        return pods.lastEndedNamed(tenant, name);
    }

    @Override
    public NavigableMap<PodOrder, Pod> podsByAge() {
        return pods.byAge();
    }

    @Override
    public Collection<Pod> queue() {
        return pods.queue();
    }

    @Override
    public int queuePosition(Pod pod) {
        return pods.queuePosition(pod);
    }

    @Override
    public List<PodEvent> events(PodId id) {
        return pods.events(id);
    }

    @Override
    public Collection<Host> hosts() {
        return Collections.unmodifiableCollection(hosts.all());
    }

    @Override
    public @Nullable Host host(HostId id) {
        return hosts.get(id);
    }

    @Override
    public Optional<Host> hostNamed(String idOrName) {
        return Optional.ofNullable(hosts.named(idOrName));
    }

    @Override
    public @Nullable PodId holder(HostId hostId, String unitId) {
        return claims.holder(hostId, unitId);
    }

    @Override
    public @Nullable HostId heldElsewhere(HostId hostId, String unitId) {
        return claims.heldElsewhere(hostId, unitId);
    }

    @Override
    public Collection<HostId> alsoReporting(HostId hostId, String unitId) {
        return reports.others(hostId, unitId);
    }

    @Override
    public int freeUnits(HostId hostId) {
        return claims.freeUnits(hostId);
    }

    @Override
    public Collection<Assignment> assignments(HostId hostId) {
        return assignments.ofHost(hostId);
    }

    @Override
    public @Nullable Assignment assignment(HostId hostId, PodId podId) {
        return assignments.get(hostId, podId);
    }

    @Override
    public Collection<HostId> assignedHosts(PodId podId) {
        return assignments.hostsOf(podId);
    }

    @Override
    public Optional<RememberedRequest> remembered(RequestKey.Identity identity) {
        return requests.find(identity);
    }

    @Override
    public Collection<PodId> holders(HostId hostId) {
        return claims.holders(hostId);
    }

    @Override
    public List<HostEvent> hostEvents(HostId id) {
        return hosts.events(id);
    }

    @Override
    public NavigableSet<HostId> avoidedHosts(TenantId tenant, long nowMillis) {
        return avoided.of(tenant, nowMillis);
    }

    @Override
    public long nextAvoidanceEnd(long afterMillis) {
        return avoided.nextEnd(afterMillis);
    }

    @Override
    public @Nullable Deployment deployment(DeploymentId id) {
        return deployments.get(id);
    }

    @Override
    public @Nullable Deployment deploymentNamed(TenantId tenant, String name) {
        return deployments.named(tenant, name);
    }

    @Override
    public SequencedCollection<Deployment> deployments() {
        return deployments.all();
    }

    @Override
    public Collection<Pod> livePods(DeploymentId id) {
        return deployments.livePods(id);
    }

    @Override
    public DeploymentProgress progress(DeploymentId id) {
        return deployments.progress(id);
    }

    @Override
    public DeploymentCensus census(DeploymentId id) {
        return deployments.census(id);
    }

    @Override
    public List<DeploymentEvent> deploymentEvents(DeploymentId id) {
        return deployments.events(id);
    }

    @Override
    public @Nullable Reservation reservation(PodId podId) {
        return reservations.ofPod(podId);
    }

    @Override
    public Collection<Reservation> reservations(HostId hostId) {
        return reservations.ofHost(hostId);
    }

    @Override
    public Collection<Reservation> reservations() {
        return reservations.all();
    }

    @Override
    public @Nullable Volume volume(VolumeId id) {
        return volumes.get(id);
    }

    @Override
    public @Nullable Volume networkVolumeNamed(TenantId tenant, String name) {
        return volumes.networkNamed(tenant, name);
    }

    @Override
    public List<Volume> volumesOf(PodId podId) {
        return volumes.ofPod(podId);
    }

    @Override
    public SequencedCollection<Volume> volumes() {
        return volumes.all();
    }

    @Override
    public Collection<Volume> trashedVolumes() {
        return volumes.trashed();
    }

    @Override
    public Collection<VolumeId> networkVolumesOf(PodId podId) {
        return volumes.networkOf(podId);
    }

    @Override
    public NavigableSet<PodId> volumeUsers(VolumeId id) {
        return volumes.users(id);
    }

    @Override
    public Collection<VolumeCopy> copiesOn(HostId hostId) {
        return volumes.copiesOn(hostId);
    }

    @Override
    public Collection<VolumeCopy> copiesOf(VolumeId id) {
        return volumes.copiesOf(id);
    }

    @Override
    public @Nullable VolumeCopy copy(VolumeKey key) {
        return volumes.copy(key);
    }

    @Override
    public int containerDiskGb(HostId hostId, PodId podId) {
        return disks.claimedGb(hostId, podId);
    }

    @Override
    public long claimedDiskGb(HostId hostId) {
        return disks.claimedGb(hostId);
    }

    @Override
    public NavigableSet<Integer> takenPorts(HostId hostId) {
        return ports.taken(hostId);
    }
}
