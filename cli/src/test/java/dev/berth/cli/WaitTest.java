package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.Resync;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun deploy(String... more) {
        String[] args = new String[more.length + 6];
        System.arraycopy(new String[] {"pod", "deploy", "t", "--image", "i", "--wait"}, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        return CliRun.of(controller, args);
    }

    @Test
    void eachChangeIsShownOnceAndRunningIsTheEnd() {
        var pulling =
                Pods.pod(PodState.INITIALIZING, 8).setDetail(PodDetail.PULLING).setProgress("pulling 43 %");
        controller
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7).setDetail(PodDetail.QUEUED)))
                .answers(Pods.changed(pulling), Pods.changed(pulling.setVersion(9)), Pods.changed(Pods.running(10)));
        CliRun run = deploy();
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo("t: INITIALIZING (QUEUED)\nt: INITIALIZING (pulling 43 %)\nt: RUNNING\n");
        assertThat(run.out()).contains("RUNNING", "2 x RTX 4090 SIMULATED");
        assertThat(controller.asked(1, WatchPodsRequest.class))
                .isEqualTo(WatchPodsRequest.newBuilder()
                        .setAfterVersion(7)
                        .setPodId(Pods.ID)
                        .build());
    }

    @Test
    void queuedPodTellsWhatItWaitsFor() {
        controller.answers(Pods.deployed(Pods.queued(7).setId(Pods.ID))).answers(Pods.changed(Pods.running(8)));
        assertThat(deploy("--queue").err())
                .isEqualTo("t: INITIALIZING (QUEUED, 3 in line): BUSY on 4 of 4 hosts; not before"
                        + " 2026-01-31T12:00:30Z\nt: RUNNING\n");
    }

    @Test
    void resyncAsksForThePodAndWatchesFromThere() {
        controller
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)))
                .answers(WatchPodsResponse.newBuilder()
                        .setResync(Resync.newBuilder().setOldestVersion(90))
                        .build())
                .answers(Pods.got(Pods.pod(PodState.INITIALIZING, 95)))
                .answers(Pods.changed(Pods.running(96)));
        assertThat(deploy().exitCode()).isZero();
        assertThat(controller.asked(2, GetPodRequest.class).getPod()).isEqualTo(Pods.ID);
        assertThat(controller.asked(3, WatchPodsRequest.class).getAfterVersion())
                .isEqualTo(95);
    }

    @Test
    void brokenStreamIsOpenedAgainFromTheLastState() {
        controller
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)))
                .answers(Status.UNAVAILABLE)
                .answers(Status.UNAVAILABLE)
                .answers(Pods.got(Pods.running(9)));
        CliRun run = deploy();
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).endsWith("t: RUNNING\n");
    }

    @Test
    void failedPodIsExitCodeOneAndSaysWhy() {
        controller
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)))
                .answers(Pods.changed(Pods.pod(PodState.FAILED, 8)
                        .setReason(Reason.INVALID_IMAGE)
                        .setMessage("The image 'i' does not exist.")));
        CliRun run = deploy();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("is FAILED, not RUNNING: The image 'i' does not exist. See what happened");
    }

    @Test
    void failedForLackOfRoomIsExitCodeFive() {
        for (Reason reason : new Reason[] {Reason.INSUFFICIENT_RESOURCES, Reason.UNSATISFIABLE, Reason.LOW_BALANCE}) {
            controller
                    .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)))
                    .answers(Pods.changed(Pods.pod(PodState.FAILED, 8).setReason(reason)));
            assertThat(deploy().exitCode()).isEqualTo(5);
        }
    }

    @Test
    void shortCommandThatEndedWellIsDoneAndOneThatEndedBadlyIsNot() {
        var ended = Pods.pod(PodState.STOPPED, 9).setReason(Reason.CONTAINER_EXITED);
        controller
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)))
                .answers(Pods.changed(ended.clone().setExitCode(0)));
        assertThat(deploy().exitCode()).isZero();
        controller
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)))
                .answers(Pods.changed(ended.clone().setExitCode(3)));
        CliRun run = deploy();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("CONTAINER_EXITED (exit code 3)");
    }

    @Test
    void timeoutIsExitCodeSixAndTellsTheState() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7).setDetail(PodDetail.PULLING)));
        for (int i = 0; i < 40; i++) {
            controller.answers(Status.UNAVAILABLE).answers(Pods.got(Pods.pod(PodState.INITIALIZING, 7)));
        }
        CliRun run = deploy("--wait-timeout", "5s");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("after 5s, not RUNNING. It goes on without you; look again with: berth pod get");
    }

    @Test
    void severalPodsAreAskedFirstAndThenWaitedFor() {
        var first = Pods.pod(PodState.STOPPING, 7);
        var second = Pods.pod(PodState.STOPPING, 8).setId("second0000000000");
        controller
                .answers(Pods.acted(first))
                .answers(Status.NOT_FOUND.withDescription("No pod is called 'nobody'."))
                .answers(Pods.acted(second))
                .answers(Pods.changed(first.clone().setState(PodState.STOPPED)))
                .answers(Pods.changed(second.clone().setState(PodState.STOPPED)));
        CliRun run = CliRun.of(controller, "pod", "pause", "a", "nobody", "b", "--wait", "-o", "json");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("berth: No pod is called 'nobody'.");
        assertThat(run.out()).startsWith("{\n  \"pods\": [{").contains(Pods.ID, "second0000000000");
        assertThat(controller.asked()).hasSize(5);
    }

    @Test
    void terminateWaitsForTheEnd() {
        controller
                .answers(Pods.acted(Pods.pod(PodState.TERMINATING, 7)))
                .answers(Pods.changed(Pods.pod(PodState.TERMINATED, 8)));
        CliRun run = CliRun.of(controller, "pod", "terminate", "t", "--wait");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).endsWith("t: TERMINATED\n");
    }

    @Test
    void runThatFindsNoRoomReturnsToStoppedAndIsExitCodeFive() {
        controller
                .answers(Pods.acted(Pods.pod(PodState.INITIALIZING, 7)))
                .answers(Pods.changed(Pods.pod(PodState.STOPPED, 8).setReason(Reason.INSUFFICIENT_RESOURCES)));
        assertThat(CliRun.of(controller, "pod", "run", "t", "--wait").exitCode())
                .isEqualTo(5);
    }
}
