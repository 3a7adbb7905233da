package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.HeartbeatResponse;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodsGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FullDiskSessionsTest {
    private final TestController controller = new TestController();
    private final PodsGrpc.PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    private HeartbeatResponse beat(String hostId, long epoch) {
        return LinkGrpc.newBlockingStub(controller.agents())
                .heartbeat(HeartbeatRequest.newBuilder()
                        .setHostId(hostId)
                        .setSessionEpoch(epoch)
                        .build());
    }

    private static List<String> podIds(DesiredState desired) {
        return desired.getAssignmentsList().stream().map(Assignment::getPodId).toList();
    }

    @Test
    void hostsKeepTheirSessionsAndLeasesWhileTheDiskIsFull() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, "hosthosthosthost", "a", 8);
        String first = controller.deploy(pods, "first").getId();
        Assignment assignment = agent.desired().getAssignments(0);

        controller.store.setFull(true);
        DeployPodRequest request = controller.request("second");
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> pods.deployPod(request));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(beat(agent.hostId, 1).getLeaseMillis())
                .as("after the loop went back to what is durable")
                .isPositive();
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.RUNNING));
        assertThat(beat(agent.hostId, 1).getLeaseMillis()).isPositive();

        controller.store.setFull(false);
        Until.holds(
                "the report that waited is taken in",
                () -> pods.getPod(GetPodRequest.newBuilder().setPod(first).build())
                                .getPod()
                                .getState()
                        == PodState.RUNNING);
        assertThat(agent.ended).as("the session").isNotDone();
        String second = pods.deployPod(request).getPod().getId();
        DesiredState all = agent.desired();
        assertThat(all.getFull())
                .as("the whole set, for its last revision is forgotten")
                .isTrue();
        assertThat(podIds(all)).containsExactlyInAnyOrder(first, second);
        assertThat(controller.deploy(pods, "third").getState()).isEqualTo(PodState.INITIALIZING);
        assertThat(agent.desired().getFull()).as("deltas from then on").isFalse();
    }
}
