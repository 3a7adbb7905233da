package dev.berth.cli.bench;

import dev.berth.cli.connection.Connection;
import dev.berth.cli.connection.Endpoint;
import dev.berth.cli.connection.Pause;
import dev.berth.cli.connection.Retry;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client with an open watch, as a person's dashboard would be: deploys and terminates pods and knows when it saw each
 * change. One thread of its own reads the watch; all else is called by the benchmark's thread. Ends with no pod left.
 */
final class BenchPods implements AutoCloseable {
    static final String IMAGE = "berth/debian:bookworm";
    private static final long LIMIT_SECONDS = 60;

    /** A change as the watcher saw it. */
    record Seen(Pod pod, long nanos) {}

    private final Connection connection;
    private final LinkedBlockingQueue<Seen> changes = new LinkedBlockingQueue<>();
    private final Context.CancellableContext watching = Context.current().withCancellation();
    private final Set<String> alive = new LinkedHashSet<>();

    private BenchPods(Connection connection) {
        this.connection = connection;
    }

    static BenchPods open(Map<String, String> environment) {
        Connection connection = Connection.open(
                Endpoint.parse(environment.getOrDefault("BERTH_ENDPOINT", Endpoint.DEFAULT)),
                environment,
                new Retry(InstantSource.system(), Pause.real(), System.err));
        BenchPods pods = new BenchPods(connection);
        Thread.ofPlatform().name("watch").daemon().start(pods.watching.wrap(pods::watch));
        return pods;
    }

    private void watch() {
        Iterator<WatchPodsResponse> responses = connection.streams().watchPods(WatchPodsRequest.getDefaultInstance());
        try {
            while (responses.hasNext()) {
                WatchPodsResponse response = responses.next();
                if (response.hasChanged()) {
                    changes.add(new Seen(response.getChanged(), System.nanoTime()));
                }
            }
        } catch (RuntimeException e) {
            if (!watching.isCancelled()) {
                System.err.println("the watch ended: " + e);
            }
        }
    }

    /** A pod of so many GPUs that sleeps and has no volume. */
    static PodSpec.Builder spec(String name, int gpus) {
        return PodSpec.newBuilder()
                .setName(name)
                .setImage(IMAGE)
                .setSystemVolumeGb(0)
                .addAllCommand(List.of("sleep", "3600"))
                .setRequest(ResourceRequest.newBuilder().setGpuCount(gpus));
    }

    Pod deploy(String name, int gpus) {
        return deploy(spec(name, gpus).build());
    }

    /** The pod as the controller answered. */
    Pod deploy(PodSpec spec) {
        DeployPodRequest request = DeployPodRequest.newBuilder()
                .setSpec(spec)
                .setIdempotencyKey(UUID.randomUUID().toString())
                .build();
        Pod pod = connection.pods(stub -> stub.deployPod(request)).getPod();
        alive.add(pod.getId());
        return pod;
    }

    /** What the watcher saw of a pod until it had the state; a pod that ends otherwise is an error. */
    List<Seen> await(String podId, PodState wanted) throws InterruptedException {
        List<Seen> seen = new ArrayList<>();
        while (true) {
            Seen next = changes.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("pod " + podId + " was not seen " + wanted + " in " + LIMIT_SECONDS
                        + " s; the last that was seen of it: " + (seen.isEmpty() ? "nothing" : seen.getLast()));
            }
            if (!next.pod().getId().equals(podId)) {
                continue;
            }
            seen.add(next);
            PodState state = next.pod().getState();
            if (state == wanted) {
                return seen;
            }
            if (state == PodState.FAILED || state == PodState.TERMINATED) {
                throw new IllegalStateException(
                        "pod " + podId + " is " + state + ": " + next.pod().getMessage());
            }
        }
    }

    /** Stops a pod and waits until it has stopped. */
    void pause(String podId) throws InterruptedException {
        PodActionRequest request = request(podId);
        connection.pods(stub -> stub.pausePod(request));
        var _ = await(podId, PodState.STOPPED);
    }

    /** Runs a stopped pod and waits until it was seen RUNNING. */
    void run(String podId) throws InterruptedException {
        PodActionRequest request = request(podId);
        connection.pods(stub -> stub.runPod(request));
        var _ = await(podId, PodState.RUNNING);
    }

    private static PodActionRequest request(String podId) {
        return PodActionRequest.newBuilder()
                .setPod(podId)
                .setIdempotencyKey(UUID.randomUUID().toString())
                .build();
    }

    /** Ends a pod and waits until its container is gone and its units are free. */
    void terminate(String podId) throws InterruptedException {
        PodActionRequest request = request(podId);
        var answer = connection.pods(stub -> stub.terminatePod(request));
        if (answer.getPod().getState() != PodState.TERMINATED) {
            var _ = await(podId, PodState.TERMINATED);
        }
        alive.remove(podId);
    }

    /** Running pods of one GPU each. */
    void fill(int count) throws InterruptedException {
        for (int number = alive.size(); number < count; number++) {
            var _ = await(deploy("bench-" + number, 1).getId(), PodState.RUNNING);
        }
    }

    void empty() throws InterruptedException {
        for (String podId : List.copyOf(alive)) {
            terminate(podId);
        }
    }

    @Override
    public void close() {
        try {
            empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watching.cancel(null);
            connection.close();
        }
    }
}
