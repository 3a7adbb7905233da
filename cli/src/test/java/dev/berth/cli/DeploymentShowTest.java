package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Actor;
import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.DeploymentEvent;
import dev.berth.proto.v1.DeploymentState;
import dev.berth.proto.v1.Endpoint;
import dev.berth.proto.v1.ListDeploymentEventsRequest;
import dev.berth.proto.v1.ListDeploymentEventsResponse;
import dev.berth.proto.v1.ListDeploymentsRequest;
import dev.berth.proto.v1.ListDeploymentsResponse;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.PodView;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.WatchEndpointsRequest;
import dev.berth.proto.v1.WatchEndpointsResponse;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeploymentShowTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, ("deployment " + words).split(" "));
    }

    @Test
    void allPagesAreOneList() {
        controller
                .answers(ListDeploymentsResponse.newBuilder()
                        .addDeployments(Deployments.replicas(5))
                        .setNextPageToken("next")
                        .build())
                .answers(ListDeploymentsResponse.newBuilder()
                        .addDeployments(Deployments.job(DeploymentState.COMPLETED, 0, 10))
                        .build());
        CliRun run = run("ls --state active --state completed");
        assertThat(run.out()).isEqualTo("""
                ID                NAME  MODE        STATE      WANTED           PENDING  STARTING  RUNNING  ENDING  FINISHED  FAILED  AGE
                deploy0000000001  web   replicaset  ACTIVE     5                0        0         5        0       0         0       90s
                deploy0000000001  web   job         COMPLETED  10, 3 at a time  0        0         0        0       10        0       90s
                """);
        ListDeploymentsRequest asked = controller.asked(1, ListDeploymentsRequest.class);
        assertThat(asked.getPageToken()).isEqualTo("next");
        assertThat(asked.getStatesList()).containsExactly(DeploymentState.ACTIVE, DeploymentState.COMPLETED);
        assertThat(run("ls --state odd").err())
                .startsWith("berth: The value 'odd' of --state is not understood. Give one of active, completed,");
    }

    @Test
    void noDeploymentsAreASentence() {
        controller.answers(ListDeploymentsResponse.getDefaultInstance());
        CliRun run = run("ls");
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("No such deployments. Create one with: berth deployment create");
    }

    @Test
    void oneIsShownFactByFact() {
        var job = Deployments.job(DeploymentState.ACTIVE, 2, 3)
                .setBackoffUntil(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() + 10));
        job.getSpecBuilder()
                .setCompletion(Completion.EXIT_ZERO)
                .setBackoffLimit(6)
                .setGang(true);
        controller.answers(Deployments.got(job));
        assertThat(run("get web").out()).isEqualTo("""
                id               deploy0000000001
                name             web
                state            ACTIVE
                version          7
                created          2026-01-31T11:58:30Z (90s ago)
                held back until  2026-01-31T12:00:10Z, after failures
                pods             0 pending, 0 starting, 2 running, 0 ending, 3 finished, 0 failed
                mode             job
                wanted           10, 3 at a time
                gang             together or not at all, port 29500
                completion       exit code 0, at most 6 failures
                image            berth/debian:bookworm
                env              A=1
                gpus asked       2
                models           RTX 4090
                highest price    $0.50
                """);
    }

    @Test
    void podsAreListedWithTheirNumbersAndWhatTheyWaitFor() {
        controller.answers(ListPodsResponse.newBuilder()
                .addPods(Pods.running(9).setDeploymentId(Deployments.ID).setDeploymentIndex(4))
                .addPods(Pods.queued(8).setDeploymentId(Deployments.ID))
                .build());
        CliRun run = run("pods web");
        assertThat(controller.asked(0, ListPodsRequest.class))
                .isEqualTo(ListPodsRequest.newBuilder()
                        .setDeployment("web")
                        .setView(PodView.IN_PROGRESS)
                        .setPageSize(1000)
                        .build());
        assertThat(run.out()).isEqualTo("""
                NUMBER  POD               STATE                             GPUS                    HOST   AGE  REASON
                4       abcdefgh12345678  RUNNING                           2 x RTX 4090 SIMULATED  sim-1  90s
                0       q                 INITIALIZING (QUEUED, 3 in line)  (1 x any)                      90s  BUSY on 4 of 4 hosts; not before 2026-01-31T12:00:30Z
                """);
        controller.answers(ListPodsResponse.getDefaultInstance());
        assertThat(run("pods web --history").err()).startsWith("The deployment has no such pods.");
        assertThat(controller.asked(1, ListPodsRequest.class).getView()).isEqualTo(PodView.HISTORY);
    }

    @Test
    void eventsNameTheirPods() {
        controller.answers(ListDeploymentEventsResponse.newBuilder()
                .addEvents(DeploymentEvent.newBuilder()
                        .setTime(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond()))
                        .setMessage("Replaced.")
                        .setPodId("p1")
                        .setReason(Reason.CONTAINER_EXITED)
                        .setActor(Actor.newBuilder().setName("replicaset")))
                .build());
        assertThat(run("events web").out()).isEqualTo("""
                TIME                  POD  REASON            BY          MESSAGE
                2026-01-31T12:00:00Z  p1   CONTAINER_EXITED  replicaset  Replaced.
                """);
        assertThat(controller.asked(0, ListDeploymentEventsRequest.class).getDeployment())
                .isEqualTo("web");
    }

    private static WatchEndpointsResponse endpoints(int count) {
        var response = WatchEndpointsResponse.newBuilder();
        for (int i = 0; i < count; i++) {
            response.addEndpoints(Endpoint.newBuilder()
                    .setPodId("p" + i)
                    .setDeploymentIndex(i)
                    .setHostName("A")
                    .setAddress("10.0.0.1"));
        }
        return response.build();
    }

    @Test
    void endpointsAreTheFirstAnswerOfTheWatch() {
        controller.answers(endpoints(2), endpoints(1));
        assertThat(run("endpoints web").out()).isEqualTo("""
                NUMBER  POD  HOST  ADDRESS
                0       p0   A     10.0.0.1
                1       p1   A     10.0.0.1
                """);
        assertThat(controller.asked(0, WatchEndpointsRequest.class).getDeployment())
                .isEqualTo("web");
        controller.answers(endpoints(0));
        CliRun none = run("endpoints web");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).startsWith("No pod of the deployment is ready.");
    }

    @Test
    void followedEndpointsGoOnAfterABreakUntilTheDeploymentIsGone() {
        controller
                .answers(endpoints(1), Status.UNAVAILABLE)
                .answers(endpoints(2))
                .answers(Status.NOT_FOUND.withDescription("No deployment is called 'web'."));
        CliRun run = run("endpoints web -f");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).contains("1 ready\n", "2 ready\n", "p1");
        assertThat(controller.asked()).hasSize(3);
    }

    @Test
    void followingEndsAMinuteAfterTheLastAnswer() {
        for (int i = 0; i < 200; i++) {
            controller.answers(Status.UNAVAILABLE);
        }
        CliRun run = run("endpoints web --follow");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("No controller answers at ");
        assertThat(controller.asked()).hasSizeBetween(100, 140);
    }
}
