package dev.berth.cli.chaos;

import com.google.protobuf.Duration;
import dev.berth.cli.e2e.Engine;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One client: deploys a pod, acts on it at random, ends it, and begins again until told to stop; the last one is left
 * as it is. Runs on a thread of its own and shares nothing with other clients.
 */
final class LoadClient implements Runnable {
    static final int BRIEF_EXIT_CODE = 7;
    private static final int MOST_GPUS = 3;
    private static final int MOST_ACTS = 5;
    private static final int MOST_PAUSE_MILLIS = 1_500;
    private static final java.time.Duration ONE_TRY = java.time.Duration.ZERO;

    private final String name;
    private final Api api;
    private final RandomGenerator random;
    private final CountDownLatch stop;
    private final Findings findings;
    private final List<PodHistory> pods = new ArrayList<>();
    private int keys;

    LoadClient(String name, Api api, RandomGenerator random, CountDownLatch stop, Findings findings) {
        this.name = name;
        this.api = api;
        this.random = random;
        this.stop = stop;
        this.findings = findings;
    }

    /** To be read when the thread has ended. */
    List<PodHistory> pods() {
        return pods;
    }

    @Override
    public void run() {
        try {
            while (stop.getCount() > 0) {
                live();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AssertionError | RuntimeException e) {
            findings.add(Findings.Kind.BROKEN, "client " + name + " gave up: " + e);
        }
    }

    /** One pod from its deploy to its end. */
    private void live() throws InterruptedException {
        PodHistory pod = newPod(chance(20));
        pods.add(pod);
        deploy(pod, chance(10) ? ONE_TRY : Api.PATIENCE);
        if (!pod.isAcknowledged()) {
            return;
        }
        for (int left = random.nextInt(MOST_ACTS); left > 0; left--) {
            if (stopped()) {
                return;
            }
            act(pod, pod.wish == PodHistory.Wish.STOP ? Act.RUN : Act.PAUSE);
        }
        if (!stopped()) {
            act(pod, Act.TERMINATE);
        }
    }

    private PodHistory newPod(boolean brief) {
        PodSpec spec = spec(name + "-" + pods.size(), 1 + random.nextInt(MOST_GPUS))
                .setUnplaced(chance(40) ? Unplaced.FAIL_FAST : Unplaced.QUEUE)
                .setShellCommand(brief ? "sleep 1; exit " + BRIEF_EXIT_CODE : "exec sleep infinity")
                .build();
        return new PodHistory(request(spec), brief);
    }

    static PodSpec.Builder spec(String podName, int gpus) {
        return PodSpec.newBuilder()
                .setName(podName)
                .setImage(Engine.IMAGE)
                .setSystemVolumeGb(0)
                .setGrace(Duration.newBuilder().setSeconds(1))
                .setRequest(ResourceRequest.newBuilder().setGpuCount(gpus));
    }

    static DeployPodRequest request(PodSpec spec) {
        return DeployPodRequest.newBuilder()
                .setSpec(spec)
                .setIdempotencyKey(spec.getName() + "-deploy")
                .build();
    }

    private void deploy(PodHistory pod, java.time.Duration patience) {
        switch (api.pods(patience, stub -> stub.deployPod(pod.request))) {
            case Api.Answer.Done(var response) -> {
                pod.id = response.getPod().getId();
                if (chance(20)) {
                    String again = Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.deployPod(pod.request)))
                            .getPod()
                            .getId();
                    sameId(pod, again, "deploy");
                }
            }
            case Api.Answer.Refused(Status status) ->
                findings.add(Findings.Kind.BROKEN, "deploy of " + pod + " is refused: " + status);
            case Api.Answer.Unanswered(Status status) -> {
                if (!patience.isZero()) {
                    findings.add(Findings.Kind.BROKEN, "deploy of " + pod + " is not answered: " + status);
                }
            }
        }
    }

    private void act(PodHistory pod, Act act) {
        String key = pod.name() + "-" + ++keys;
        switch (api.pods(Api.PATIENCE, stub -> act.on(stub, pod.id, key))) {
            case Api.Answer.Done(String id) -> {
                pod.acted(key, act);
                sameId(pod, id, act.name());
                if (chance(20)) {
                    sameId(pod, Api.valueOf(api.pods(Api.PATIENCE, stub -> act.on(stub, pod.id, key))), act.name());
                }
            }
            case Api.Answer.Refused(Status status) -> {
                pod.refusals++;
                if (status.getCode() != Status.Code.FAILED_PRECONDITION) {
                    Findings.Kind kind =
                            status.getCode() == Status.Code.NOT_FOUND ? Findings.Kind.LOST : Findings.Kind.BROKEN;
                    findings.add(kind, act + " of " + pod + " is refused: " + status);
                }
            }
            case Api.Answer.Unanswered(Status status) ->
                findings.add(Findings.Kind.BROKEN, act + " of " + pod + " is not answered: " + status);
        }
    }

    private void sameId(PodHistory pod, String id, String what) {
        if (!id.equals(pod.id)) {
            findings.add(Findings.Kind.LOST, "the same key of " + what + " of " + pod + " answers with pod " + id);
        }
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Waits a random while, unless told to stop. */
    private boolean stopped() throws InterruptedException {
        return stop.await(random.nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    }
}
