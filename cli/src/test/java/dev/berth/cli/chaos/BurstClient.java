package dev.berth.cli.chaos;

import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Unplaced;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A client that waits until a kill is near and then makes calls as fast as they are answered, so that some are always
 * under way when the controller dies: queued pods of a size for which there is no room, each terminated at once. They
 * never come to a container. Runs on a thread of its own.
 */
final class BurstClient implements Runnable {
    /** Calls of two per pod that one signal sets off. */
    private static final int PODS_PER_BURST = 6;

    private final String name;
    private final Api api;
    private final Semaphore signal;
    private final Findings findings;
    private final List<PodHistory> pods = new ArrayList<>();
    private volatile boolean stopped;

    BurstClient(String name, Api api, Semaphore signal, Findings findings) {
        this.name = name;
        this.api = api;
        this.signal = signal;
        this.findings = findings;
    }

    /** Ends after the burst under way. */
    void stop() {
        stopped = true;
        signal.release();
    }

    /** To be read when the thread has ended. */
    List<PodHistory> pods() {
        return pods;
    }

    @Override
    public void run() {
        try {
            signal.acquire();
            while (!stopped) {
                for (int left = PODS_PER_BURST; left > 0; left--) {
                    deployAndTerminate();
                }
                signal.acquire();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AssertionError | RuntimeException e) {
            findings.add(Findings.Kind.BROKEN, "client " + name + " gave up: " + e);
        } finally {
            // The signal is shared: whoever took the one that was meant to end another passes it on.
            signal.release();
        }
    }

    private void deployAndTerminate() {
        PodSpec spec = LoadClient.spec(name + "-" + pods.size(), ChaosCluster.GPUS)
                .setUnplaced(Unplaced.QUEUE)
                .build();
        PodHistory pod = new PodHistory(LoadClient.request(spec), false);
        pods.add(pod);
        pod.id = Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.deployPod(pod.request)))
                .getPod()
                .getId();
        String key = pod.name() + "-terminate";
        switch (api.pods(Api.PATIENCE, stub -> Act.TERMINATE.on(stub, pod.id, key))) {
            case Api.Answer.Done(String id) -> pod.acted(key, Act.TERMINATE);
            case Api.Answer.Refused(Status status) ->
                findings.add(Findings.Kind.LOST, "the end of " + pod + " is refused: " + status);
            case Api.Answer.Unanswered(Status status) ->
                findings.add(Findings.Kind.BROKEN, "the end of " + pod + " is not answered: " + status);
        }
    }
}
