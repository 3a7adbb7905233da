package dev.berth.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of one deployment against a naive account of what happened to it, step by step. */
class ReconcilerModelTest {
    private static final int HISTORIES = 150;
    private static final int STEPS = 120;
    private static final List<Reason> NOBODYS_FAULT = List.of(Reason.HOST_LOST, Reason.GPU_FAULT, Reason.PREEMPTED);

    /** What a person with a sheet of paper would have noted. */
    private static final class Account {
        final Set<Integer> completed = new TreeSet<>();
        int userFailures;
    }

    private static DeploymentSpec spec(DeploymentMode mode, int count, int parallelism, Completion completion) {
        PodSpec.Container container = new PodSpec.Container("image", List.of(), List.of(), "", Map.of(), false);
        PodSpec template = new PodSpec("", container, ResourceRequest.gpus(1), 50, 0, Map.of(), QueueTerms.QUEUE);
        return new DeploymentSpec("d", mode, count, parallelism, completion, 1_000, false, 29_500, template);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aReplicaSetNeverHasTooManyAndConvergesToExactlyItsCount(long seed) {
        Random random = new Random(seed);
        for (int history = 0; history < HISTORIES; history++) {
            int count = random.nextInt(6);
            PlannedWorld world = new PlannedWorld(spec(DeploymentMode.REPLICA_SET, count, count, Completion.ANY_EXIT));
            for (int step = 0; step < STEPS; step++) {
                int before = world.census().live();
                if (random.nextInt(12) == 0) {
                    int next = random.nextInt(8);
                    world.scale(next, next);
                } else {
                    happens(world, random, new Account());
                }
                int wanted = world.deployment().spec().count();
                assertThat(world.census().staying()).isLessThanOrEqualTo(wanted);
                assertThat(world.census().live())
                        .as("never more than asked, but for those that are ending")
                        .isLessThanOrEqualTo(Math.max(wanted, before));
                census(world);
            }
            quietly(world);
            assertThat(world.census().running())
                    .isEqualTo(world.deployment().spec().count());
            int created = world.created;
            world.pass(3_600_000);
            world.reconcile();
            assertThat(world.created).as("made when all was well").isEqualTo(created);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void aJobCompletesExactlyAsManyDistinctNumbersAsAsked(long seed) {
        Random random = new Random(seed);
        for (int history = 0; history < HISTORIES; history++) {
            int count = 1 + random.nextInt(12);
            int parallelism = 1 + random.nextInt(4);
            Completion completion = random.nextBoolean() ? Completion.ANY_EXIT : Completion.EXIT_ZERO;
            PlannedWorld world = new PlannedWorld(spec(DeploymentMode.JOB, count, parallelism, completion));
            Account account = new Account();
            for (int step = 0; step < STEPS && world.deployment().state() == DeploymentState.ACTIVE; step++) {
                int before = world.census().live();
                if (random.nextInt(15) == 0) {
                    world.scale(Math.max(1, account.completed.size()) + random.nextInt(8), 1 + random.nextInt(4));
                } else {
                    happens(world, random, account);
                }
                DeploymentSpec spec = world.deployment().spec();
                int open = spec.count() - account.completed.size();
                assertThat(world.completions())
                        .isEqualTo(account.completed.size())
                        .isLessThanOrEqualTo(spec.count());
                assertThat(world.census().staying()).isLessThanOrEqualTo(Math.min(spec.parallelism(), open));
                assertThat(world.census().live())
                        .isLessThanOrEqualTo(Math.max(before, Math.min(spec.parallelism(), open)));
                assertThat(world.deployment().state() == DeploymentState.COMPLETED)
                        .isEqualTo(open == 0);
                assertThat(world.state.progress(world.deployment().id()).userFailures())
                        .isEqualTo(account.userFailures);
                assertThat(world.live())
                        .extracting(PlannedWorld::index)
                        .doesNotHaveDuplicates()
                        .noneMatch(account.completed::contains);
                census(world);
            }
            finish(world, account);
            assertThat(world.deployment().state()).isEqualTo(DeploymentState.COMPLETED);
            assertThat(account.completed).hasSize(world.deployment().spec().count());
            assertThat(world.completions()).isEqualTo(account.completed.size());
            assertThat(world.live()).isEmpty();
        }
    }

    /** Something happens to one pod, or time passes. */
    private static void happens(PlannedWorld world, Random random, Account account) {
        List<Pod> live = world.live();
        if (live.isEmpty() || random.nextInt(4) == 0) {
            world.pass(random.nextInt(20_000));
            return;
        }
        Pod pod = live.get(random.nextInt(live.size()));
        switch (pod.state()) {
            case INITIALIZING -> {
                if (pod.isQueued()) {
                    world.starts(pod);
                } else if (random.nextInt(5) == 0) {
                    world.ends(pod, Reason.INVALID_IMAGE, null);
                } else {
                    world.runs(pod);
                }
            }
            case RUNNING -> end(world, random, account, pod);
            case STOPPING, TERMINATING -> world.endsAsAsked(pod);
            case STOPPED, TERMINATED, FAILED -> throw new AssertionError("not live: " + pod);
        }
    }

    private static void end(PlannedWorld world, Random random, Account account, Pod pod) {
        DeploymentSpec spec = world.deployment().spec();
        switch (random.nextInt(5)) {
            case 0 -> world.ends(pod, NOBODYS_FAULT.get(random.nextInt(NOBODYS_FAULT.size())), null);
            case 1 -> world.ends(pod, Reason.CONTAINER_EXITED, null);
            case 2 -> {
                account.userFailures += spec.isReplicaSet() ? 0 : 1;
                world.ends(pod, Reason.OOM_KILLED, null);
            }
            case 3 -> {
                if (spec.completion() == Completion.ANY_EXIT) {
                    account.completed.add(PlannedWorld.index(pod));
                } else {
                    account.userFailures++;
                }
                world.ends(pod, Reason.CONTAINER_EXITED, 3);
            }
            default -> {
                account.completed.add(PlannedWorld.index(pod));
                world.ends(pod, Reason.CONTAINER_EXITED, 0);
            }
        }
    }

    /** No more mishaps: what starts runs, what ends has ended, and time passes. */
    private static void quietly(PlannedWorld world) {
        for (int round = 0; round < 20; round++) {
            for (Pod pod : world.live()) {
                step(world, pod);
            }
            world.pass(301_000);
        }
    }

    private static void step(PlannedWorld world, Pod seen) {
        Pod pod = world.state.pod(seen.id());
        if (pod == null || pod.state().isFinal()) {
            return;
        }
        if (pod.state() == PodState.TERMINATING) {
            world.endsAsAsked(pod);
        } else if (pod.isQueued()) {
            world.starts(pod);
        } else if (pod.state() == PodState.INITIALIZING) {
            world.runs(pod);
        }
    }

    private static void finish(PlannedWorld world, Account account) {
        for (int round = 0; round < 200; round++) {
            for (Pod pod : world.live()) {
                Pod now = world.state.pod(pod.id());
                if (now != null && now.state() == PodState.RUNNING) {
                    account.completed.add(PlannedWorld.index(now));
                    world.ends(now, Reason.CONTAINER_EXITED, 0);
                } else {
                    step(world, pod);
                }
            }
            world.pass(301_000);
        }
    }

    /** The account that the state keeps with each change is the one that counting anew gives. */
    private static void census(PlannedWorld world) {
        int running = 0;
        int ending = 0;
        Set<Integer> indexes = new HashSet<>();
        for (Pod pod : world.live()) {
            running += pod.state() == PodState.RUNNING ? 1 : 0;
            ending += pod.state() == PodState.TERMINATING ? 1 : 0;
            indexes.add(PlannedWorld.index(pod));
        }
        assertThat(world.census().live()).isEqualTo(world.live().size());
        assertThat(world.census().running()).isEqualTo(running);
        assertThat(world.census().ending()).isEqualTo(ending);
        assertThat(indexes).hasSize(world.live().size());
        indexes.forEach(index -> assertThat(world.census().isLive(index)).isTrue());
    }
}
