package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Resync;
import dev.berth.proto.v1.Synced;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void onePodIsWatchedAcrossABreakUntilItsEnd() {
        controller
                .answers(Pods.got(Pods.queued(5).setId(Pods.ID)))
                .answers(
                        Pods.changed(Pods.running(6)),
                        Pods.changed(Pods.pod(PodState.TERMINATING, 7)),
                        Status.UNAVAILABLE)
                .answers(Pods.changed(Pods.pod(PodState.TERMINATED, 8)));
        CliRun run = CliRun.of(controller, "pod", "watch", "t");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
                abcdefgh12345678  t                     INITIALIZING (QUEUED, 3 in line)  BUSY on 4 of 4 hosts; not before 2026-01-31T12:00:30Z
                abcdefgh12345678  t                     RUNNING  on sim-1
                abcdefgh12345678  t                     TERMINATING
                abcdefgh12345678  t                     TERMINATED
                """);
        assertThat(controller.asked(1, WatchPodsRequest.class))
                .isEqualTo(WatchPodsRequest.newBuilder()
                        .setPodId(Pods.ID)
                        .setAfterVersion(5)
                        .build());
        assertThat(controller.asked(2, WatchPodsRequest.class).getAfterVersion())
                .isEqualTo(7);
    }

    @Test
    void resyncBeginsAgainWithASnapshotAndIsPartOfTheJson() {
        controller
                .answers(
                        WatchPodsResponse.newBuilder()
                                .setSynced(Synced.newBuilder().setVersion(40))
                                .build(),
                        WatchPodsResponse.newBuilder()
                                .setResync(Resync.newBuilder().setOldestVersion(90))
                                .build())
                .answers(Pods.changed(Pods.running(95)), Status.PERMISSION_DENIED.withDescription("Token expired"));
        CliRun run = CliRun.of(controller, "pod", "watch", "-o", "json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines()).hasSize(3);
        assertThat(run.out())
                .startsWith(
                        "{\"synced\":{\"version\":\"40\"}}\n{\"resync\":{\"oldestVersion\":\"90\"}}\n{\"changed\":");
        assertThat(controller.asked(1, WatchPodsRequest.class).getAfterVersion())
                .isZero();
    }

    @Test
    void minuteWithoutAnAnswerEndsTheWatch() {
        for (int i = 0; i < 200; i++) {
            controller.answers(Status.UNAVAILABLE);
        }
        CliRun run = CliRun.of(controller, "pod", "watch");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("any more. Watch again when it is back.");
    }
}
