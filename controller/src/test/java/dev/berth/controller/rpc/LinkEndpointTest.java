package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.Hello;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.Welcome;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.ListGpuModelsRequest;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.Liveness;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class LinkEndpointTest {
    private static final String HOST = "hosthosthosthost";

    private final TestController controller = new TestController();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void aPodGoesFromDeployToRunningToGone() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 2);
        Pod pod = pods.deployPod(controller.request("one").toBuilder()
                        .setSpec(TestController.spec("one").putEnv("MINE", "x"))
                        .build())
                .getPod();
        DesiredState delta = agent.desired();
        assertThat(delta.getFull()).isFalse();
        Assignment assignment = delta.getAssignments(0);
        assertThat(assignment.getPodId()).isEqualTo(pod.getId());
        assertThat(assignment.getGoal()).isEqualTo(Assignment.Goal.RUN);
        assertThat(assignment.getUnitIdsList()).hasSize(1);
        assertThat(assignment.getContainer().getEnvMap())
                .containsEntry("MINE", "x")
                .containsEntry("BERTH_POD_ID", pod.getId())
                .containsEntry("BERTH_HOST_REGION", "us-east")
                .containsEntry("BERTH_GPU_COUNT", "1")
                .containsEntry("BERTH_CPU_COUNT", "16.5")
                .containsEntry("BERTH_MEMORY_GB", "45.5");
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.PULLING));
        await(pod, PodState.INITIALIZING, "as told");
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.RUNNING));
        await(pod, PodState.RUNNING, "");
        pods.terminatePod(act(pod));
        assertThat(agent.desired().getAssignments(0).getGoal()).isEqualTo(Assignment.Goal.REMOVE);
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.GONE));
        assertThat(agent.desired().getWithdrawnPodIdsList()).containsExactly(pod.getId());
        await(pod, PodState.TERMINATED, "");
        Host host = controller
                .hosts()
                .listHosts(ListHostsRequest.getDefaultInstance())
                .getHosts(0);
        assertThat(host.getFreeUnits()).isEqualTo(2);
        assertThat(host.getLiveness()).isEqualTo(Liveness.READY);
        assertThat(host.getUnitsList()).extracting(unit -> unit.getPodId()).containsOnly("");
    }

    @Test
    void theCatalogueCountsUnitsOfReadyHosts() throws Exception {
        FakeAgent.joined(controller, HOST, "a", 2);
        controller.deploy(pods, "one");
        var model =
                controller.catalogue().listGpuModels(ListGpuModelsRequest.getDefaultInstance()).getModelsList().stream()
                        .filter(listed -> listed.getName().equals("RTX 4090"))
                        .findFirst()
                        .orElseThrow();
        assertThat(model.getTotalUnits()).isEqualTo(2);
        assertThat(model.getIdleUnits()).isEqualTo(1);
    }

    @Test
    void aPhaseThatMeansNothingHereMovesNothingAndProvesNothing() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 1);
        Pod pod = controller.deploy(pods, "one");
        Assignment assignment = agent.desired().getAssignments(0);
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.RUNNING));
        await(pod, PodState.RUNNING, "");
        ObservedPod strange = agent.observed(assignment, ObservedPod.Phase.RUNNING).toBuilder()
                .setPhaseValue(99)
                .build();
        agent.report(true, strange);
        agent.desired();
        await(pod, PodState.RUNNING, "");
        assertThat(get(pod).getGrant().getUnitIdsCount()).isEqualTo(1);
    }

    @Test
    void aNewerSessionEndsTheOlderAndItsHeartbeatsAreRefused() throws Exception {
        FakeAgent old = new FakeAgent(controller, HOST, "a", 1);
        old.hello();
        Welcome first = old.welcome();
        LinkGrpc.LinkBlockingStub link = LinkGrpc.newBlockingStub(controller.agents());
        assertThat(link.heartbeat(beat(first.getSessionEpoch())).getTerm()).isEqualTo(first.getTerm());
        FakeAgent young = new FakeAgent(controller, HOST, "a", 1);
        young.hello();
        Welcome second = young.welcome();
        assertThat(second.getSessionEpoch()).isEqualTo(first.getSessionEpoch() + 1);
        assertThat(old.ended.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.ABORTED);
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> link.heartbeat(beat(first.getSessionEpoch())));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
        link.heartbeat(beat(second.getSessionEpoch()));
    }

    @Test
    void aSessionThatBreaksOffIsClosedForTheController() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 1);
        agent.leave();
        assertThat(agent.ended.get(20, TimeUnit.SECONDS)).isEqualTo(Status.OK);
        Until.holds(
                "the host has no session",
                () -> !controller
                        .hosts()
                        .listHosts(ListHostsRequest.getDefaultInstance())
                        .getHosts(0)
                        .hasSessionSince());
    }

    static Stream<Arguments> badHellos() {
        return Stream.of(
                bad("hello.host_id", hello -> hello.setHostId("X")),
                bad("hello.host_name", hello -> hello.setHostName("a b")),
                bad("hello.host_name", hello -> hello.setHostName("")),
                bad("hello.region", hello -> hello.setRegion("a b")),
                bad("hello.boot_id", hello -> hello.clearBootId()),
                bad("hello.inventory", hello -> hello.clearInventory()),
                bad(
                        "hello.inventory.units",
                        hello -> hello.getInventoryBuilder().getUnitsBuilder(0).setId("")),
                bad(
                        "hello.inventory.units",
                        hello -> hello.getInventoryBuilder()
                                .addUnits(hello.getInventory().getUnits(0))),
                bad("hello.inventory", hello -> hello.getInventoryBuilder().setUnitMemoryMib(-1)));
    }

    private static Arguments bad(String field, Consumer<Hello.Builder> change) {
        return Arguments.of(field, change);
    }

    @ParameterizedTest
    @MethodSource("badHellos")
    void aBadHelloIsRefusedByTheNameOfItsField(String field, Consumer<Hello.Builder> change) throws Exception {
        FakeAgent agent = new FakeAgent(controller, HOST, "a", 1);
        Hello.Builder hello = agent.helloMessage();
        change.accept(hello);
        agent.send(AgentMessage.newBuilder().setHello(hello).build());
        Status status = agent.ended.get(20, TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).startsWith(field + ":");
    }

    @Test
    void protocolsThatDoNotMeetAndForeignClustersAreRefused() throws Exception {
        FakeAgent future = new FakeAgent(controller, HOST, "a", 1);
        future.send(AgentMessage.newBuilder()
                .setHello(future.helloMessage().setProtocolMin(2).setProtocolMax(3))
                .build());
        assertThat(future.ended.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        FakeAgent foreign = new FakeAgent(controller, HOST, "a", 1);
        foreign.send(AgentMessage.newBuilder()
                .setHello(foreign.helloMessage().setClusterId("anothercluster"))
                .build());
        assertThat(foreign.ended.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void reportsMustBeginFullAndRiseByOne() throws Exception {
        FakeAgent early = new FakeAgent(controller, HOST, "a", 1);
        early.report(true);
        assertThat(early.ended.get(20, TimeUnit.SECONDS).getDescription()).startsWith("kind:");
        FakeAgent partial = new FakeAgent(controller, HOST, "a", 1);
        partial.hello();
        partial.welcome();
        partial.report(false);
        assertThat(partial.ended.get(20, TimeUnit.SECONDS).getDescription()).startsWith("report.full:");
        FakeAgent jumping = FakeAgent.joined(controller, HOST, "a", 1);
        jumping.send(AgentMessage.newBuilder()
                .setReport(dev.berth.proto.agent.v1.Report.newBuilder().setSequence(9))
                .build());
        assertThat(jumping.ended.get(20, TimeUnit.SECONDS).getDescription()).startsWith("report.sequence:");
    }

    private static HeartbeatRequest beat(long epoch) {
        return HeartbeatRequest.newBuilder()
                .setHostId(HOST)
                .setSessionEpoch(epoch)
                .build();
    }

    private PodActionRequest act(Pod pod) {
        return PodActionRequest.newBuilder()
                .setPod(pod.getId())
                .setIdempotencyKey(controller.key())
                .build();
    }

    private Pod get(Pod pod) {
        return pods.getPod(GetPodRequest.newBuilder().setPod(pod.getId()).build())
                .getPod();
    }

    private void await(Pod pod, PodState state, String progress) {
        Until.holds(pod.getSpec().getName() + " is " + state + " with progress '" + progress + "'", () -> {
            Pod now = get(pod);
            return now.getState() == state && now.getProgress().equals(progress);
        });
    }
}
