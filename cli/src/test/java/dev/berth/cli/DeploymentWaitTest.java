package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Counters;
import dev.berth.proto.v1.DeploymentState;
import dev.berth.proto.v1.GetDeploymentRequest;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeploymentWaitTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, ("deployment " + words).split(" "));
    }

    @Test
    void replicaSetIsReadyWhenAllItsPodsRun() {
        controller
                .answers(Deployments.created(Deployments.replicas(0)))
                .answers(Deployments.got(Deployments.replicas(3)))
                .answers(Deployments.got(Deployments.replicas(3)))
                .answers(Status.UNAVAILABLE)
                .answers(Deployments.got(Deployments.replicas(5)));
        CliRun run = run("create web --mode replicaset --replicas 5 --image i --wait -- sleep 9");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .startsWith("web: ACTIVE, 5 starting\nweb: ACTIVE, 2 starting, 3 running\n")
                .endsWith("web: ACTIVE, 5 running\n");
        assertThat(run.out()).contains("replicaset  ACTIVE  5       0        0         5");
        assertThat(controller.asked(1, GetDeploymentRequest.class).getDeployment())
                .isEqualTo(Deployments.ID);
    }

    @Test
    void wordOfWaitStandsBehindItsEqualsSignOnly() {
        controller.answers(Deployments.created(Deployments.replicas(5)));
        CliRun run = CliRun.of(
                controller, "deployment create --wait web --mode replicaset --replicas 5 --image i".split(" "));
        assertThat(run.exitCode()).isZero();
        controller.answers(Deployments.created(Deployments.replicas(5)));
        assertThat(run("create web --mode replicaset --replicas 5 --image i --wait=ready")
                        .exitCode())
                .isZero();
    }

    @Test
    void replicaSetIsNotReadyWhileOneTooManyRuns() {
        var six = Deployments.replicas(5).setCounters(Counters.newBuilder().setRunning(6));
        controller
                .answers(Deployments.acted(six))
                .answers(Deployments.got(six))
                .answers(Deployments.got(Deployments.replicas(5)));
        assertThat(run("scale web --replicas 5 --wait").exitCode()).isZero();
        assertThat(controller.asked()).hasSize(3);
    }

    @Test
    void jobIsDoneWhenItIsCompletedAndReadyWhenAsManyRunAsMay() {
        String create = "create web --mode job --completions 10 --parallelism 3 --image i ";
        controller
                .answers(Deployments.created(Deployments.job(DeploymentState.ACTIVE, 3, 0)))
                .answers(Deployments.got(Deployments.job(DeploymentState.ACTIVE, 1, 9)))
                .answers(Deployments.got(Deployments.job(DeploymentState.COMPLETED, 0, 10)));
        CliRun done = run(create + "--wait");
        assertThat(done.exitCode()).isZero();
        assertThat(done.err()).endsWith("web: COMPLETED, 10 finished\n");

        controller
                .answers(Deployments.created(Deployments.job(DeploymentState.ACTIVE, 0, 0)))
                .answers(Deployments.got(Deployments.job(DeploymentState.ACTIVE, 2, 0)))
                .answers(Deployments.got(Deployments.job(DeploymentState.ACTIVE, 2, 8)));
        assertThat(run(create + "--wait=ready").err()).endsWith("web: ACTIVE, 2 running, 8 finished\n");
    }

    @Test
    void failedJobIsExitCodeOneAndSaysWhy() {
        controller
                .answers(Deployments.created(Deployments.job(DeploymentState.ACTIVE, 3, 0)))
                .answers(Deployments.got(Deployments.job(DeploymentState.DEPLOYMENT_FAILED, 0, 2)
                        .setMessage("7 failures passed the limit of 6")));
        CliRun run = run("create web --mode job --completions 10 --parallelism 3 --image i --wait=done");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .endsWith("berth: Deployment web is FAILED, not done: 7 failures passed the limit of 6. See what"
                        + " happened with: berth deployment events " + Deployments.ID + "\n");
    }

    @Test
    void timeoutIsExitCodeSix() {
        controller.answers(Deployments.acted(Deployments.replicas(4)));
        for (int i = 0; i < 20; i++) {
            controller.answers(Deployments.got(Deployments.replicas(4)));
        }
        CliRun run = run("scale web --replicas 5 --wait --timeout 5s");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err())
                .endsWith("berth: web: ACTIVE, 1 starting, 4 running after 5s, not ready. It goes on without you; look"
                        + " again with: berth deployment get web.\n");
    }

    @Test
    void stopWaitsForTheEndAndDeleteUntilTheDeploymentIsGone() {
        controller
                .answers(Deployments.acted(Deployments.job(DeploymentState.DEPLOYMENT_STOPPING, 2, 0)))
                .answers(Deployments.got(Deployments.job(DeploymentState.DEPLOYMENT_STOPPED, 0, 0)));
        CliRun stop = run("stop web --wait");
        assertThat(stop.exitCode()).isZero();
        assertThat(stop.err()).isEqualTo("web: STOPPING, 2 running\nweb: STOPPED\n");

        controller
                .answers(Deployments.acted(Deployments.job(DeploymentState.DEPLOYMENT_STOPPING, 2, 0)))
                .answers(Deployments.got(Deployments.job(DeploymentState.DEPLOYMENT_STOPPING, 1, 0)))
                .answers(Status.NOT_FOUND.withDescription("No deployment has this id."));
        CliRun delete = run("delete web --wait");
        assertThat(delete.exitCode()).isZero();
        assertThat(delete.err()).isEqualTo("web: STOPPING, 2 running\nweb: STOPPING, 1 running\nweb: gone\n");
    }
}
