package dev.berth.cli.chaos;

import dev.berth.cli.chaos.Findings.Kind;
import dev.berth.cli.e2e.Engine;
import dev.berth.proto.v1.DeployPodResponse;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.GetPodResponse;
import dev.berth.proto.v1.Pod;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What must hold when nobody dies any more. Runs on the thread that drives the run. */
final class Checks {
    /** INV-39. */
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

    private static final long AGAIN_AFTER_MILLIS = 250;

    private final Api api;
    private final EngineObserver observer;
    private final Findings findings;

    Checks(Api api, EngineObserver observer, Findings findings) {
        this.api = api;
        this.observer = observer;
        this.findings = findings;
    }

    /** Waits until nothing is amiss; what still is at the limit is found. */
    void settle(String when, List<PodHistory> histories) throws InterruptedException {
        long beganNanos = System.nanoTime();
        List<String> misfits = Rest.of(api, observer).misfits(histories);
        while (!misfits.isEmpty() && System.nanoTime() - beganNanos < SETTLE_LIMIT.toNanos()) {
            boolean counted = new CountDownLatch(1).await(AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS);
            assert !counted;
            misfits = Rest.of(api, observer).misfits(histories);
        }
        misfits.forEach(misfit -> findings.add(Kind.UNSETTLED, when + ": " + misfit));
        findings.note(
                when + ": settled after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos) + " ms");
    }

    /** INV-11, 12, 13: each acknowledged deploy is there under its id, and every key has at most one effect. */
    void nothingIsLost(List<PodHistory> histories) {
        for (PodHistory history : histories) {
            if (history.isAcknowledged()) {
                isThere(history);
            }
            deployAgain(history);
            history.acknowledged.forEach((key, act) -> {
                Api.Answer<String> again = api.pods(Api.PATIENCE, stub -> act.on(stub, history.id, key));
                if (!again.equals(new Api.Answer.Done<>(history.id))) {
                    findings.add(Kind.LOST, "the key of " + act + " of " + history + " answers with " + again);
                }
            });
        }
        Map<String, String> idByName = new HashMap<>();
        for (Pod pod : api.allPods()) {
            String other = idByName.put(pod.getSpec().getName(), pod.getId());
            if (other != null && !other.equals(pod.getId())) {
                findings.add(Kind.LOST, pod.getSpec().getName() + " was deployed twice: " + pod.getId() + ", " + other);
            }
        }
    }

    /** The very containers that were there before, under the same processes. */
    void areUntouched(List<String> identities, List<PodHistory> steady) {
        List<String> now = identitiesOf(steady);
        if (!now.equals(identities)) {
            findings.add(Kind.RESTARTED, "containers nobody acted on were " + identities + " and are " + now);
        }
        for (PodHistory history : steady) {
            if (podOf(history).getIncarnation() != 1) {
                findings.add(
                        Kind.RESTARTED,
                        history + " has incarnation " + podOf(history).getIncarnation());
            }
        }
    }

    List<String> identitiesOf(List<PodHistory> histories) {
        List<String> identities = new ArrayList<>();
        for (SeenContainer container : observer.containers()) {
            if (histories.stream().anyMatch(history -> history.id.equals(container.podId()))) {
                identities.add(Engine.identity(container.id()));
            }
        }
        identities.sort(null);
        return identities;
    }

    /** Ends every pod that has not ended. */
    void endAll(List<PodHistory> histories) {
        for (PodHistory history : histories) {
            String key = history.name() + "-end";
            switch (api.pods(Api.PATIENCE, stub -> Act.TERMINATE.on(stub, history.id, key))) {
                case Api.Answer.Done(String id) -> history.acted(key, Act.TERMINATE);
                case Api.Answer.Refused(Status status) -> {
                    history.refusals++;
                    history.wish = PodHistory.Wish.END;
                }
                case Api.Answer.Unanswered(Status status) ->
                    findings.add(Kind.BROKEN, "the end of " + history + " is not answered: " + status);
            }
        }
    }

    void nothingIsLeft() {
        observer.containers()
                .forEach(container -> findings.add(Kind.UNSETTLED, "at the end there is still " + container));
        api.hosts().stream()
                .filter(host -> host.getFreeUnits() != ChaosCluster.GPUS)
                .forEach(host -> findings.add(
                        Kind.UNSETTLED,
                        "at the end " + host.getName() + " has " + host.getFreeUnits() + " free units"));
    }

    private void isThere(PodHistory history) {
        GetPodRequest byId = GetPodRequest.newBuilder().setPod(history.id).build();
        Api.Answer<GetPodResponse> answer = api.pods(Api.PATIENCE, stub -> stub.getPod(byId));
        boolean same = answer instanceof Api.Answer.Done(GetPodResponse response)
                && response.getPod().getId().equals(history.id)
                && response.getPod().getSpec().getName().equals(history.name());
        if (!same) {
            findings.add(Kind.LOST, history + " was acknowledged; asked for its id the controller answers " + answer);
        }
    }

    /** An unanswered deploy took effect wholly or not at all: its key gives one pod either way. */
    private void deployAgain(PodHistory history) {
        Api.Answer<DeployPodResponse> answer = api.pods(Api.PATIENCE, stub -> stub.deployPod(history.request));
        if (answer instanceof Api.Answer.Done(DeployPodResponse response)) {
            String id = response.getPod().getId();
            if (history.isAcknowledged() && !id.equals(history.id)) {
                findings.add(Kind.LOST, "the key of " + history + " deploys another pod, " + id);
            }
            history.id = id;
        } else {
            findings.add(Kind.LOST, "the key of " + history + " is answered with " + answer);
        }
    }

    private Pod podOf(PodHistory history) {
        GetPodRequest byId = GetPodRequest.newBuilder().setPod(history.id).build();
        return Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.getPod(byId))).getPod();
    }
}
