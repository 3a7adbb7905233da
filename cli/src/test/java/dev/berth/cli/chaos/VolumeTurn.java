package dev.berth.cli.chaos;

import dev.berth.proto.v1.EditPodRequest;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * What happens to one pod in one round: files are written, then it is restarted, or paused, perhaps edited so that it
 * stays or has to leave its host, and run; at the end it is RUNNING. Controller and agents may die meanwhile. On a
 * thread of its own.
 */
final class VolumeTurn implements Runnable {
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(150);
    private static final long POLL_MILLIS = 100;

    private final VolumePod pod;
    private final Api api;
    private final RandomGenerator random;
    private final Findings findings;

    VolumeTurn(VolumePod pod, Api api, RandomGenerator random, Findings findings) {
        this.pod = pod;
        this.api = api;
        this.random = random;
        this.findings = findings;
    }

    @Override
    public void run() {
        try {
            turn();
        } catch (AssertionError | RuntimeException e) {
            findings.add(Findings.Kind.BROKEN, "the turn of " + pod.name + " (" + pod.id + ") ended: " + e);
        }
    }

    private void turn() {
        pod.write();
        String before = awaitState(PodState.RUNNING).getHostId();
        int percent = random.nextInt(100);
        if (percent < 20) {
            act(PodsBlockingStub::restartPod);
        } else {
            act(PodsBlockingStub::pausePod);
            Pod stopped = awaitState(PodState.STOPPED);
            if (percent >= 45) {
                edit(stopped, percent >= 60);
            }
            act(PodsBlockingStub::runPod);
        }
        if (!awaitState(PodState.RUNNING).getHostId().equals(before)) {
            pod.moves++;
        }
    }

    /** Other environment and number of GPUs; with {@code leave} also a host that it cannot stay on. */
    private void edit(Pod stopped, boolean leave) {
        PodSpec.Builder spec = stopped.getSpec().toBuilder().putEnv("ROUND", pod.nextKey());
        spec.getRequestBuilder().clearAvoidHosts().setGpuCount(1 + random.nextInt(2));
        if (leave) {
            spec.getRequestBuilder().addAvoidHosts(stopped.getHostId());
        }
        Pod present = stopped;
        String key = pod.nextKey();
        while (true) {
            EditPodRequest request = EditPodRequest.newBuilder()
                    .setPod(pod.id)
                    .setSpec(spec)
                    .setExpectedVersion(present.getVersion())
                    .setIdempotencyKey(key)
                    .build();
            switch (api.pods(Api.PATIENCE, stub -> stub.editPod(request))) {
                case Api.Answer.Refused<PodActionResponse>(Status status)
                when status.getCode() == Status.Code.ABORTED -> {
                    // Its host told something of it meanwhile: another version, and so another request.
                    present = get();
                    key = pod.nextKey();
                }
                case Api.Answer.Done<PodActionResponse> done -> {
                    return;
                }
                case Api.Answer<PodActionResponse> other -> Api.valueOf(other);
            }
        }
    }

    private void act(BiFunction<PodsBlockingStub, PodActionRequest, PodActionResponse> call) {
        PodActionRequest request = PodActionRequest.newBuilder()
                .setPod(pod.id)
                .setIdempotencyKey(pod.nextKey())
                .build();
        Api.valueOf(api.pods(Api.PATIENCE, stub -> call.apply(stub, request)));
    }

    private Pod get() {
        return VolumeTurn.get(api, pod.id);
    }

    static Pod get(Api api, String id) {
        GetPodRequest request = GetPodRequest.newBuilder().setPod(id).build();
        return Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.getPod(request))).getPod();
    }

    private Pod awaitState(PodState wanted) {
        return awaitState(api, pod.id, wanted);
    }

    /** The pod once it is there; it is an error when it rests elsewhere. */
    static Pod awaitState(Api api, String id, PodState wanted) {
        long deadlineNanos = System.nanoTime() + SETTLED_WITHIN.toNanos();
        Pod seen = get(api, id);
        while (seen.getState() != wanted) {
            if (System.nanoTime() > deadlineNanos || isAtRestElsewhere(seen.getState(), wanted)) {
                throw new AssertionError("pod " + id + " is " + seen.getState() + " " + seen.getDetail() + " "
                        + seen.getReason() + " '" + seen.getMessage() + "' " + seen.getProgress()
                        + seen.getQueueReason() + ", and not " + wanted);
            }
            pause();
            seen = get(api, id);
        }
        return seen;
    }

    /** Where it stays without another request. */
    private static boolean isAtRestElsewhere(PodState state, PodState wanted) {
        return switch (state) {
            case STOPPED -> wanted == PodState.RUNNING;
            case FAILED, TERMINATED -> true;
            case POD_STATE_UNSPECIFIED, INITIALIZING, RUNNING, STOPPING, TERMINATING, UNRECOGNIZED -> false;
        };
    }

    private static void pause() {
        try {
            boolean counted = new CountDownLatch(1).await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            assert !counted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a pod changed", e);
        }
    }
}
