package dev.berth.cli.bench;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Berth adds to the start of a container: from the call of deploy until a watcher sees the pod RUNNING, over a
 * create and a start of the same container by the same library through the Engine API. In turns, the order changing.
 */
final class StartBench {
    private static final int ROUNDS = 21;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int GPUS = 2;
    private static final double AIM_MILLIS = 50;

    private final BenchPods pods;
    private final PlainEngine engine;
    private final Samples berth = new Samples();
    private final Samples replies = new Samples();
    private final Samples plain = new Samples();
    private final Samples plainCreates = new Samples();
    private final Map<String, Samples> steps = new LinkedHashMap<>();

    private StartBench(BenchPods pods, PlainEngine engine) {
        this.pods = pods;
        this.engine = engine;
    }

    static String run(BenchPods pods, String id) throws InterruptedException, IOException {
        try (PlainEngine engine = new PlainEngine(id)) {
            InspectContainerResponse original = warmUp(pods, engine);
            StartBench bench = new StartBench(pods, engine);
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 2 == 0) {
                    bench.throughBerth();
                    bench.plainly(original);
                } else {
                    bench.plainly(original);
                    bench.throughBerth();
                }
            }
            return bench.line();
        }
    }

    /** The JITs of three processes see some starts before one counts; the last pod's container is the one to copy. */
    private static InspectContainerResponse warmUp(BenchPods pods, PlainEngine engine) throws InterruptedException {
        StartBench unmeasured = new StartBench(pods, engine);
        for (int round = 1; round < WARM_UP_ROUNDS; round++) {
            unmeasured.plainly(unmeasured.throughBerth());
        }
        return unmeasured.throughBerth();
    }

    private InspectContainerResponse throughBerth() throws InterruptedException {
        long before = System.nanoTime();
        Pod pod = pods.deploy("bench-start", GPUS);
        replies.add(millisSince(before));
        List<BenchPods.Seen> seen = pods.await(pod.getId(), PodState.RUNNING);
        berth.add(millis(before, seen.getLast().nanos()));
        for (BenchPods.Seen change : seen) {
            steps.computeIfAbsent(name(change.pod()), name -> new Samples()).add(millis(before, change.nanos()));
        }
        InspectContainerResponse container =
                engine.containerOf(pod.getId(), seen.getLast().pod().getIncarnation());
        pods.terminate(pod.getId());
        return container;
    }

    private void plainly(InspectContainerResponse original) {
        CreateContainerCmd create = engine.twinOf(original);
        long before = System.nanoTime();
        String container = create.exec().getId();
        plainCreates.add(millisSince(before));
        engine.start(container);
        plain.add(millisSince(before));
        engine.remove(container);
    }

    private String line() {
        double overhead = berth.median() - plain.median();
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"start\",\"rounds\":%d,\"deploy_to_running_ms\":%s,\"plain_create_and_start_ms\":%s,"
                        + "\"ratio_to_plain\":%.2f,\"overhead_ms\":%.1f,\"aim_overhead_ms\":%.0f,\"aim_met\":%b,"
                        + "\"deploy_reply_ms\":%.1f,\"plain_create_ms\":%.1f,\"seen_after_ms\":{%s}}",
                berth.count(),
                berth.json(),
                plain.json(),
                berth.median() / plain.median(),
                overhead,
                AIM_MILLIS,
                overhead <= AIM_MILLIS,
                replies.median(),
                plainCreates.median(),
                steps.entrySet().stream()
                        .map(step -> String.format(
                                Locale.ROOT,
                                "\"%s\":%.1f",
                                step.getKey(),
                                step.getValue().median()))
                        .collect(Collectors.joining(",")));
    }

    private static String name(Pod pod) {
        return pod.getDetail() == PodDetail.POD_DETAIL_UNSPECIFIED
                ? pod.getState().name()
                : pod.getState() + "/" + pod.getDetail();
    }

    private static double millisSince(long nanos) {
        return millis(nanos, System.nanoTime());
    }

    private static double millis(long from, long to) {
        return (to - from) / 1e6;
    }
}
