package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.v1.ExplainPlacementRequest;
import dev.berth.proto.v1.ExplainPlacementResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host whose agent says that its disk is almost full gets no new pods until it says that there is room. */
class DiskFullHostTest {
    private final TestController controller = new TestController();

    @AfterEach
    void close() {
        controller.close();
    }

    private ExplainPlacementResponse explain(Pod pod) {
        return controller
                .placement()
                .explainPlacement(
                        ExplainPlacementRequest.newBuilder().setPod(pod.getId()).build());
    }

    @Test
    void whoWaitsForTheDiskIsPlacedWhenThereIsRoomOnIt() throws InterruptedException {
        FakeAgent agent = FakeAgent.joined(controller, "hosthosthosthos1", "one", 2);
        agent.report(Report.newBuilder().setDiskFull(true));
        assertThat(agent.next().hasReportAck()).isTrue();
        Pod pod = controller.deploy(controller.pods(), "waits");
        assertThat(pod.getHostId()).isEmpty();
        ExplainPlacementResponse why = explain(pod);
        assertThat(why.getHosts(0).getRule()).isEqualTo("DISK_FULL");
        assertThat(why.getHosts(0).getMessage()).contains("almost full disk");
        assertThat(why.getSummary()).contains("almost full disk");
        assertThat(why.getEverPossible()).isTrue();

        agent.report(Report.newBuilder());
        assertThat(agent.next().hasReportAck()).isTrue();
        assertThat(explain(pod).getChosenHostId()).as("as it was").isEmpty();
        agent.report(Report.newBuilder().setDiskFull(false));
        assertThat(agent.desired().getAssignments(0).getPodId()).isEqualTo(pod.getId());
        assertThat(pod.getState()).isEqualTo(PodState.INITIALIZING);
    }
}
