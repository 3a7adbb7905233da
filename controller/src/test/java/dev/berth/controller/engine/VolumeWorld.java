package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A {@link TestCluster} whose hosts have disks, and words for what they say of copies. */
final class VolumeWorld {
    static final long HOUR = 3_600_000;

    final TestCluster cluster = new TestCluster();

    /** With a disk of so many GB; simulated, so that it counts twenty times. 0: it says nothing of it. */
    static Inventory inventory(String host, int gpus, long diskGb, String... shares) {
        Inventory plain = TestCluster.inventory("RTX 4090", gpus, 16 * gpus, 90 * gpus, "GPU-" + host);
        HostReach reach = new HostReach(host, 20_000, 20_099, host + ":7", "f".repeat(64), List.of(shares), diskGb);
        return new Inventory(plain.facts(), plain.units(), plain.links(), reach, true, List.of());
    }

    void join(String host, int gpus) {
        cluster.join(host, inventory(host, gpus, 0));
    }

    void join(String host, Inventory inventory) {
        cluster.join(host, inventory);
    }

    static PodSpec spec(String name, int gpus, int systemGb, int podGb) {
        return TestCluster.spec(name, ResourceRequest.gpus(gpus), Unplaced.QUEUE)
                .withStorage(new PodStorage(20, systemGb, podGb, podGb == 0 ? "" : "/workspace", Map.of()));
    }

    /** Deployed with a system volume and, unless 0, a pod volume. */
    Pod deploy(String id, int gpus, int systemGb, int podGb) {
        return TestCluster.pod(cluster.submit(spec(id, gpus, systemGb, podGb), id, "deploy-" + id));
    }

    /** Deployed, made on its host and running there. */
    Pod running(String id, int gpus) {
        deploy(id, gpus, 100, 0);
        keeps(id);
        return says(id, ObservedPod.Phase.RUNNING);
    }

    Pod says(String id, ObservedPod.Phase phase) {
        cluster.report(hostOf(id), pod(id), phase);
        return pod(id);
    }

    void pause(String id) {
        cluster.act(id, PodAction.PAUSE);
        says(id, ObservedPod.Phase.ENDED);
    }

    void run(String id) {
        cluster.act(id, PodAction.RUN);
    }

    void terminate(String id) {
        cluster.act(id, PodAction.TERMINATE);
        if (!pod(id).state().isFinal()) {
            says(id, ObservedPod.Phase.GONE);
        }
    }

    /** Its host says that all copies of its volumes are there. */
    void keeps(String id) {
        for (Volume volume : view().volumesOf(new PodId(id))) {
            sees(hostOf(id), volume.current(), Condition.PRESENT);
        }
    }

    void sees(String host, VolumeKey key, Condition condition) {
        sees(host, key, condition, Long.MAX_VALUE);
    }

    void sees(String host, VolumeKey key, Condition condition, long appliedRevision) {
        report(host, false, appliedRevision, List.of(new ObservedCopy(key, condition, 1L << 30, 0, "")));
    }

    void report(String host, boolean full, long appliedRevision, List<ObservedCopy> copies, ObservedPod... pods) {
        HostId id = new HostId(host);
        long epoch = Objects.requireNonNull(cluster.engine.liveness().session(id), host)
                .epoch();
        cluster.step(new Event.HostReported(
                id, epoch, 1, full, appliedRevision, List.of(pods), copies, null, null, cluster.nowMillis));
    }

    /** Second by second while pods wait for it would take long: hosts are heard, then time is there at once. */
    void pass(long millis) {
        cluster.nowMillis += millis;
        for (var host : List.copyOf(view().hosts())) {
            var session = cluster.engine.liveness().session(host.id());
            if (session != null) {
                cluster.step(new Event.HostHeard(host.id(), session.epoch(), cluster.nowMillis));
            }
        }
        cluster.step(new Event.Ticked(cluster.nowMillis));
    }

    void leaves(String host) {
        HostId id = new HostId(host);
        long epoch = Objects.requireNonNull(cluster.engine.liveness().session(id), host)
                .epoch();
        cluster.step(new Event.SessionClosed(id, epoch, cluster.nowMillis));
    }

    ClusterView view() {
        return cluster.engine.cluster();
    }

    Pod pod(String id) {
        return cluster.pod(id);
    }

    String hostOf(String id) {
        HostId hostId = pod(id).placement().hostId();
        return hostId == null ? "" : hostId.value();
    }

    /** The pod's own system volume. */
    Volume volume(String podId) {
        return view().volumesOf(new PodId(podId)).stream()
                .filter(volume -> volume.kind() == VolumeKind.SYSTEM)
                .findFirst()
                .orElseThrow();
    }

    Volume volume(VolumeId id) {
        return Objects.requireNonNull(view().volume(id), id.value());
    }

    VolumeKey key(String podId, int generation) {
        return new VolumeKey(volume(podId).id(), generation);
    }

    /** "host generation GOAL" of every copy. */
    List<String> copies(VolumeId id) {
        List<String> copies = new ArrayList<>();
        for (VolumeCopy copy : view().copiesOf(id)) {
            copies.add(copy.hostId() + " " + copy.key().generation() + " " + copy.goal());
        }
        return copies;
    }

    CopyGoal goal(VolumeKey key) {
        return Objects.requireNonNull(view().copy(key), key.toString()).goal();
    }

    List<String> events(String podId) {
        return view().events(new PodId(podId)).stream()
                .map(event -> event.message())
                .toList();
    }

    /** What a controller that starts now would know. */
    ClusterState replayed() {
        ClusterState state = new ClusterState();
        cluster.journal.forEach(state::apply);
        return state;
    }
}
