package dev.berth.controller.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TraceTest {
    private final Trace trace = Trace.read();

    @Test
    void traceIsTheOneThatThePaperDescribes() {
        assertThat(trace.hosts()).hasSize(1_213);
        assertThat(trace.gpus()).isEqualTo(6_212);
        assertThat(trace.tasks()).hasSize(7_064);
    }

    @Test
    void everyTaskOfTheTraceGetsItsPlaceAtOnceOnTheWholeFleet() {
        Replay.Result result = new Replay(trace).run();
        print("whole fleet, 1,213 hosts", result);
        assertThat(result.placed()).isEqualTo(7_064);
        assertThat(result.waited()).isZero();
        assertThat(result.mostHeld()).isEqualTo(mostWanted());
    }

    @Test
    void onAHundredthOfTheFleetTasksWaitAndEveryUnitIsUsed() {
        Trace small = trace.withEveryHost(100);
        Replay.Result result = new Replay(small).run();
        print("every 100th host, " + small.hosts().size() + " hosts, " + small.gpus() + " GPUs", result);
        assertThat(result.placed() + result.leftUnplaced()).isEqualTo(7_064);
        assertThat(result.waited()).isPositive();
        assertThat(result.mostHeld()).isEqualTo(small.gpus());
    }

    @Test
    void fullestHostFirstHoldsMoreBeforeTheFirstRefusalThanRandomAndWorstFit() {
        int held = 0;
        TracedCluster cluster = new TracedCluster(trace, (pod, millis) -> {});
        int refusedGpus = 0;
        int heldAtFirstRefusal = 0;
        for (int i = 0; i < trace.tasks().size(); i++) {
            Trace.Task task = trace.tasks().get(i);
            if (cluster.arrive(Replay.id(i), task, i).isQueued()) {
                heldAtFirstRefusal = heldAtFirstRefusal == 0 ? held : heldAtFirstRefusal;
                refusedGpus += task.gpus();
            } else {
                held += task.gpus();
            }
        }
        assertThat(cluster.heldUnits()).isEqualTo(held);
        Packing others = new Packing(trace);
        int random = others.randomFit(new SplittableRandom(1));
        int worst = others.worstFit();
        int bound = others.upperBound();
        System.out.printf(
                "trace, all arrive and none leaves: allocation ratio at the first refusal %.4f; random fit %.4f, worst"
                        + " fit %.4f, upper bound %.4f; at the end %.4f with %d GPUs refused%n",
                ratio(heldAtFirstRefusal), ratio(random), ratio(worst), ratio(bound), ratio(held), refusedGpus);
        assertThat(heldAtFirstRefusal)
                .isGreaterThan(random)
                .isGreaterThan(worst)
                .isLessThanOrEqualTo(bound);
        assertThat(held).isEqualTo(trace.gpus());
    }

    private double ratio(int held) {
        return (double) held / trace.gpus();
    }

    /** Most GPUs that tasks want at one time, from the trace alone. */
    private int mostWanted() {
        return trace.tasks().stream()
                .mapToInt(task -> trace.tasks().stream()
                        .filter(other -> other.createdSeconds() <= task.createdSeconds()
                                && other.deletedSeconds() > task.createdSeconds())
                        .mapToInt(Trace.Task::gpus)
                        .sum())
                .max()
                .orElse(0);
    }

    private static void print(String fleet, Replay.Result result) {
        System.out.printf(
                "trace on %s: placed %d, waited %d, never placed %d, most GPUs at once %d; time in queue p50 %d s,"
                        + " p90 %d s, p99 %d s, longest %d s%n",
                fleet,
                result.placed(),
                result.waited(),
                result.leftUnplaced(),
                result.mostHeld(),
                result.quantile(0.5),
                result.quantile(0.9),
                result.quantile(0.99),
                result.quantile(1));
    }
}
