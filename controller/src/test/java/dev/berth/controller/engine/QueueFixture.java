package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.pod;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link TestCluster} with words for what waits: time that passes, hosts that stay alive, pods that start and end. */
final class QueueFixture {
    static final String MODEL = "RTX 4090";

    final TestCluster cluster = new TestCluster();
    private final List<String> alive = new ArrayList<>();
    private int keys;

    void host(String name, int gpus) {
        cluster.join(name, inventory(MODEL, gpus, 16 * gpus, 90 * gpus, "GPU-" + name + "-"));
        alive.add(name);
    }

    /** The host is never heard again. */
    void silence(String name) {
        alive.remove(name);
    }

    /** Time passes in steps of a second, as live hosts are heard and the clock ticks. */
    void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            cluster.nowMillis += 1000;
            for (String name : alive) {
                long epoch = Objects.requireNonNull(cluster.engine.liveness().session(new HostId(name)))
                        .epoch();
                cluster.step(new Event.HostHeard(new HostId(name), epoch, cluster.nowMillis));
            }
            cluster.step(new Event.Ticked(cluster.nowMillis));
        }
    }

    static ResourceRequest spot(int count, long bidCents) {
        return ResourceRequest.gpus(count).atBid(bidCents * 10_000);
    }

    Reply submit(String id, ResourceRequest request, QueueTerms terms) {
        cluster.nowMillis++;
        PodSpec plain = TestCluster.spec(id, request, Unplaced.QUEUE);
        PodSpec spec = new PodSpec(
                plain.name(),
                plain.container(),
                plain.request(),
                plain.containerDiskGb(),
                plain.graceMillis(),
                plain.labels(),
                terms);
        return cluster.submit(spec, id, "q-" + keys++);
    }

    Pod deploy(String id, ResourceRequest request, QueueTerms terms) {
        return pod(submit(id, request, terms));
    }

    Pod queue(String id, int gpus) {
        return deploy(id, ResourceRequest.gpus(gpus), QueueTerms.QUEUE);
    }

    /** Deploys a pod that must find its place at once, and has its host start it. */
    Pod run(String id, ResourceRequest request, QueueTerms terms) {
        Pod pod = deploy(id, request, terms);
        cluster.report(hostOf(id), pod, Phase.RUNNING);
        return cluster.pod(id);
    }

    Pod run(String id, int gpus) {
        return run(id, ResourceRequest.gpus(gpus), QueueTerms.FAIL_FAST);
    }

    /** The host proves the end of the pod. */
    void ends(String id) {
        cluster.report(hostOf(id), cluster.pod(id), Phase.ENDED);
    }

    String hostOf(String id) {
        return Objects.requireNonNull(cluster.pod(id).placement().hostId(), id + " has no host")
                .value();
    }

    boolean isPlaced(String id) {
        return cluster.pod(id).placement().grant() != null;
    }

    boolean isWaiting(String id) {
        return cluster.pod(id).state() == PodState.INITIALIZING && !isPlaced(id);
    }

    @Nullable
    Reservation reservation(String id) {
        return cluster.engine.cluster().reservation(new PodId(id));
    }

    int position(String id) {
        return cluster.engine.cluster().queuePosition(cluster.pod(id));
    }
}
