package dev.berth.controller.benchmark;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** A fleet that is kept 90 % full with pods of 1, 2, 4 and 8 units, through the loop, as callers and agents would. */
final class FullFleet {
    private static final TenantId TENANT = new TenantId("default");
    private static final Actor USER = new Actor(Actor.Kind.USER, "bench");
    private static final int[] SIZES = {1, 1, 1, 1, 2, 2, 2, 4, 4, 8};

    private final ControllerLoop loop;
    private final int units;
    private final SplittableRandom random;
    private final List<Pod> placed = new ArrayList<>();
    private int held;
    private int made;

    FullFleet(ControllerLoop loop, int hosts, SplittableRandom random) {
        this.loop = loop;
        this.units = hosts * 8;
        this.random = random;
    }

    int pods() {
        return placed.size();
    }

    void fill() {
        while (held < units * 9 / 10) {
            submit(Math.min(1_000, (units * 9 / 10 - held) / 8 + 1));
        }
    }

    /** Places pods for a twentieth of the fleet at once; how many a second. Untimed, others go before. */
    double round() {
        List<CompletableFuture<Reply>> gone = new ArrayList<>();
        while (held > units * 85 / 100) {
            leave(gone);
        }
        gone.forEach(CompletableFuture::join);
        int pods = units / 20 / 3;
        long start = System.nanoTime();
        int found = submit(pods);
        return found / ((System.nanoTime() - start) / 1e9);
    }

    /** Requests that no host can take, so that they wait whatever comes free. */
    void enqueue(int requests, boolean different) {
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            ResourceRequest one = ResourceRequest.gpus(8);
            IntRange tooMuch = new IntRange(different ? 10_000 + i : 10_000, 0);
            ResourceRequest request = new ResourceRequest(
                    one.gpuModels(),
                    one.gpuCount(),
                    tooMuch,
                    one.memoryGb(),
                    0,
                    one.minCuda(),
                    List.of(),
                    List.of(),
                    0,
                    one.purchase(),
                    0);
            replies.add(loop.submit(submitted(request)));
        }
        replies.forEach(CompletableFuture::join);
    }

    /** How many found a place; those that did not, since no host was empty enough, go again. */
    private int submit(int pods) {
        List<CompletableFuture<Reply>> replies = new ArrayList<>(pods);
        for (int i = 0; i < pods; i++) {
            replies.add(loop.submit(submitted(ResourceRequest.gpus(SIZES[random.nextInt(SIZES.length)]))));
        }
        int found = 0;
        for (CompletableFuture<Reply> reply : replies) {
            if (!(reply.join() instanceof Reply.PodReply(Pod pod, var warnings))) {
                throw new IllegalStateException("a pod of the benchmark was refused: " + reply.join());
            }
            if (pod.placement().grant() == null) {
                terminate(pod).join();
            } else {
                placed.add(pod);
                held += pod.spec().request().gpuCount();
                found++;
            }
        }
        return found;
    }

    private void leave(List<CompletableFuture<Reply>> gone) {
        int index = random.nextInt(placed.size());
        Pod pod = placed.get(index);
        placed.set(index, placed.getLast());
        placed.removeLast();
        held -= pod.spec().request().gpuCount();
        HostId hostId = pod.placement().hostId();
        if (hostId == null) {
            throw new IllegalStateException("a placed pod has no host");
        }
        gone.add(terminate(pod));
        ObservedPod observed = new ObservedPod(
                pod.id(), pod.placement().incarnation(), ObservedPod.Phase.GONE, Reason.NONE, "", null, List.of());
        gone.add(loop.submit(new Event.HostReported(
                hostId,
                1,
                2,
                false,
                List.of(observed),
                null,
                null,
                InstantSource.system().millis())));
    }

    private CompletableFuture<Reply> terminate(Pod pod) {
        RequestKey request = new RequestKey(TENANT, "TerminatePod", "t" + pod.id(), "");
        return loop.submit(new Event.PodActed(
                request,
                USER,
                pod.id().value(),
                PodAction.TERMINATE,
                InstantSource.system().millis()));
    }

    private Event submitted(ResourceRequest request) {
        String id = "bench%011d".formatted(made++);
        PodSpec spec = new PodSpec(
                "bench",
                new PodSpec.Container("berth/debian:bookworm", List.of(), List.of("sleep", "1"), "", Map.of(), true),
                request,
                20,
                10_000,
                Map.of(),
                QueueTerms.QUEUE);
        return new Event.PodSubmitted(
                new RequestKey(TENANT, "DeployPod", id, ""),
                USER,
                new PodId(id),
                spec,
                InstantSource.system().millis());
    }
}
