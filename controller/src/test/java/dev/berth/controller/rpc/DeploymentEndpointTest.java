package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.DeploymentProtos;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentActionRequest;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.DeploymentState;
import dev.berth.proto.v1.DeploymentsGrpc.DeploymentsBlockingStub;
import dev.berth.proto.v1.GetDeploymentRequest;
import dev.berth.proto.v1.ListDeploymentEventsRequest;
import dev.berth.proto.v1.ListDeploymentsRequest;
import dev.berth.proto.v1.ListDeploymentsResponse;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ScaleDeploymentRequest;
import dev.berth.proto.v1.StopDeploymentPodRequest;
import dev.berth.proto.v1.UpdateDeploymentRequest;
import dev.berth.proto.v1.WatchEndpointsRequest;
import dev.berth.proto.v1.WatchEndpointsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeploymentEndpointTest {
    private final TestController controller = new TestController();
    private final DeploymentsBlockingStub deployments = controller.deployments();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void aReplicaSetRunsIsWatchedAndLosesAPod() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, "hosthosthosthost", "a", 4);
        Deployment created =
                deployments.createDeployment(create(replicas("web", 2))).getDeployment();
        List<Assignment> assigned = assigned(agent, 2);
        assertThat(assigned).allSatisfy(assignment -> {
            assertThat(assignment.getElastic()).isTrue();
            assertThat(assignment.getContainer().getEnvMap()).containsEntry("BERTH_DEPLOYMENT_ID", created.getId());
            assertThat(assignment.getContainerDiskGb()).isEqualTo(50);
            assertThat(assignment.getContainer().getForDevelopment()).isFalse();
        });
        Recorder<WatchEndpointsRequest, WatchEndpointsResponse> watch = watch("web");
        assertThat(watch.next().getEndpointsList()).isEmpty();
        for (Assignment assignment : assigned) {
            agent.report(false, agent.observed(assignment, ObservedPod.Phase.RUNNING));
        }
        Until.holds("both run", () -> get("web").getCounters().getRunning() == 2);
        WatchEndpointsResponse both = watch.next();
        while (both.getEndpointsCount() < 2) {
            both = watch.next();
        }
        assertThat(both.getEndpointsList()).allSatisfy(endpoint -> {
            assertThat(endpoint.getHostName()).isEqualTo("a");
            assertThat(endpoint.getAddress()).isEqualTo("a");
        });
        assertThat(both.getEndpointsList())
                .extracting(e -> e.getDeploymentIndex())
                .containsExactlyInAnyOrder(0, 1);
        List<Pod> pods = controller
                .pods()
                .listPods(ListPodsRequest.newBuilder().setDeployment("web").build())
                .getPodsList();
        assertThat(pods).extracting(pod -> pod.getSpec().getName()).containsExactlyInAnyOrder("web-0", "web-1");
        assertThat(pods).extracting(Pod::getDeploymentId).containsOnly(created.getId());
        Deployment after = deployments
                .stopDeploymentPod(StopDeploymentPodRequest.newBuilder()
                        .setPod(pods.getFirst().getId())
                        .setDecreaseReplicas(true)
                        .setIdempotencyKey(controller.key())
                        .build())
                .getDeployment();
        assertThat(after.getSpec().getReplicas()).isEqualTo(1);
        assertThat(after.getCounters().getEnding()).isEqualTo(1);
        assertThat(watch.next().getEndpointsCount()).isEqualTo(1);
        var events = deployments
                .listDeploymentEvents(ListDeploymentEventsRequest.newBuilder()
                        .setDeployment("web")
                        .build())
                .getEventsList();
        assertThat(events.getFirst().getMessage()).isEqualTo("created");
        assertThat(events).extracting(event -> event.getSequence()).isSorted();
        assertThat(events).anySatisfy(event -> assertThat(event.getMessage()).contains("scaled to 1"));
    }

    @Test
    void aWatchEndsWhenItsDeploymentIsDeleted() throws Exception {
        deployments.createDeployment(create(replicas("web", 1)));
        Recorder<WatchEndpointsRequest, WatchEndpointsResponse> watch = watch("web");
        watch.next();
        deployments.deleteDeployment(act("web"));
        assertThat(watch.end().getCode()).isEqualTo(Status.Code.OK);
        assertThat(watch("web").end().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aClientThatReadsSlowlyMissesListsInBetweenButNeverTheLast() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, "hosthosthosthost", "a", 8);
        deployments.createDeployment(create(replicas("web", 8)));
        Recorder<WatchEndpointsRequest, WatchEndpointsResponse> watch = Recorder.stalled();
        controller
                .deploymentsAsync()
                .watchEndpoints(
                        WatchEndpointsRequest.newBuilder().setDeployment("web").build(), watch);
        for (Assignment assignment : assigned(agent, 8)) {
            agent.report(false, agent.observed(assignment, ObservedPod.Phase.RUNNING));
        }
        Until.holds("all run", () -> get("web").getCounters().getRunning() == 8);
        watch.request(100);
        int last = -1;
        while (last < 8) {
            int next = watch.next().getEndpointsCount();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @Test
    void aViewMayBeAskedForAgainAsItIs() {
        for (DeploymentSpec.Builder spec : List.of(
                replicas("web", 2),
                job("work", 5, 2),
                job("ring", 4, 4).setGang(true),
                replicas("one", 0).setMode(DeploymentMode.CONTAINER))) {
            DeploymentSpec shown =
                    deployments.createDeployment(create(spec)).getDeployment().getSpec();
            deployments.deleteDeployment(act(shown.getName()));
            assertThat(deployments
                            .createDeployment(create(shown.toBuilder()))
                            .getDeployment()
                            .getSpec())
                    .isEqualTo(shown);
        }
    }

    @Test
    void theSameKeyMakesOneDeploymentAndAnotherSpecUnderItIsRefused() {
        CreateDeploymentRequest request = create(replicas("web", 1));
        String id = deployments.createDeployment(request).getDeployment().getId();
        assertThat(deployments.createDeployment(request).getDeployment().getId())
                .isEqualTo(id);
        CreateDeploymentRequest.Builder other = request.toBuilder();
        other.getSpecBuilder().setReplicas(2);
        assertThat(code(() -> deployments.createDeployment(other.build()))).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(code(() -> deployments.createDeployment(create(replicas("web", 1)))))
                .as("the name is taken")
                .isEqualTo(Status.Code.ALREADY_EXISTS);
    }

    @Test
    void aRepeatedDeleteIsASuccessThoughNothingIsLeft() {
        deployments.createDeployment(create(replicas("web", 1)));
        DeploymentActionRequest delete = act("web");
        assertThat(deployments.deleteDeployment(delete).hasDeployment()).isTrue();
        assertThat(deployments.deleteDeployment(delete).hasDeployment()).isFalse();
        assertThat(code(() -> get("web"))).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aStoppedDeploymentIsScaledAndUpdatedNoMore() {
        deployments.createDeployment(create(replicas("web", 1)));
        assertThat(deployments.stopDeployment(act("web")).getDeployment().getState())
                .isEqualTo(DeploymentState.DEPLOYMENT_STOPPED);
        assertThat(code(() -> deployments.scaleDeployment(scale("web", 3)))).isEqualTo(Status.Code.FAILED_PRECONDITION);
        UpdateDeploymentRequest update = UpdateDeploymentRequest.newBuilder()
                .setDeployment("web")
                .setTemplate(template())
                .setIdempotencyKey(controller.key())
                .build();
        assertThat(code(() -> deployments.updateDeployment(update))).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void aStaleVersionIsAborted() {
        long version = deployments
                .createDeployment(create(replicas("web", 1)))
                .getDeployment()
                .getVersion();
        ScaleDeploymentRequest first =
                scale("web", 2).toBuilder().setExpectedVersion(version).build();
        assertThat(deployments.scaleDeployment(first).getDeployment().getSpec().getReplicas())
                .isEqualTo(2);
        ScaleDeploymentRequest second =
                scale("web", 3).toBuilder().setExpectedVersion(version).build();
        assertThat(code(() -> deployments.scaleDeployment(second))).isEqualTo(Status.Code.ABORTED);
        assertThat(get("web").getSpec().getReplicas()).isEqualTo(2);
    }

    @Test
    void pagesShowTheNewestFirstAndEachOnce() {
        for (int i = 0; i < 7; i++) {
            deployments.createDeployment(create(replicas("web-" + i, 0)));
        }
        deployments.stopDeployment(act("web-3"));
        List<String> names = new ArrayList<>();
        ListDeploymentsRequest.Builder query = ListDeploymentsRequest.newBuilder()
                .addStates(DeploymentState.ACTIVE)
                .setPageSize(2);
        ListDeploymentsResponse page;
        do {
            page = deployments.listDeployments(query.build());
            page.getDeploymentsList().forEach(d -> names.add(d.getSpec().getName()));
            query.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
        assertThat(names).hasSize(6).doesNotHaveDuplicates().doesNotContain("web-3");
        query.setPageToken("forged");
        assertThat(code(() -> deployments.listDeployments(query.build()))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void anotherTenantsDeploymentIsRefusedInTheVeryWordsOfARandomId() throws Exception {
        String foreign = "otherotherothero";
        controller
                .loop
                .submit(new Event.DeploymentSubmitted(
                        new RequestKey(new TenantId("other"), "CreateDeployment", "k", "d"),
                        new Actor(Actor.Kind.USER, "u"),
                        new DeploymentId(foreign),
                        DeploymentProtos.toModel(replicas("secret", 1).build()),
                        1))
                .get(10, TimeUnit.SECONDS);
        String random = "randomrandomrand";
        for (Call call : List.<Call>of(
                this::get,
                id -> deployments.scaleDeployment(scale(id, 1)),
                id -> deployments.stopDeployment(act(id)),
                id -> deployments.deleteDeployment(act(id)),
                id -> deployments.listDeploymentEvents(ListDeploymentEventsRequest.newBuilder()
                        .setDeployment(id)
                        .build()),
                id -> controller
                        .pods()
                        .listPods(ListPodsRequest.newBuilder().setDeployment(id).build()),
                id -> deployments
                        .watchEndpoints(WatchEndpointsRequest.newBuilder()
                                .setDeployment(id)
                                .build())
                        .next())) {
            Status ofForeign = refusal(() -> call.on(foreign)).getStatus();
            Status ofRandom = refusal(() -> call.on(random)).getStatus();
            assertThat(ofForeign.getCode()).isEqualTo(Status.Code.NOT_FOUND).isEqualTo(ofRandom.getCode());
            assertThat(String.valueOf(ofForeign.getDescription()).replace(foreign, random))
                    .isEqualTo(ofRandom.getDescription());
        }
        assertThat(code(() -> get("secret"))).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(deployments
                        .listDeployments(ListDeploymentsRequest.getDefaultInstance())
                        .getDeploymentsList())
                .isEmpty();
    }

    private interface Call {
        Object on(String idOrName);
    }

    private static PodSpec.Builder template() {
        return TestController.spec("").clearName().clearUnplaced();
    }

    static DeploymentSpec.Builder replicas(String name, int count) {
        return DeploymentSpec.newBuilder()
                .setName(name)
                .setMode(DeploymentMode.REPLICA_SET)
                .setReplicas(count)
                .setTemplate(template());
    }

    static DeploymentSpec.Builder job(String name, int completions, int parallelism) {
        return DeploymentSpec.newBuilder()
                .setName(name)
                .setMode(DeploymentMode.JOB)
                .setCompletions(completions)
                .setParallelism(parallelism)
                .setTemplate(template());
    }

    private CreateDeploymentRequest create(DeploymentSpec.Builder spec) {
        return CreateDeploymentRequest.newBuilder()
                .setSpec(spec)
                .setIdempotencyKey(controller.key())
                .build();
    }

    private ScaleDeploymentRequest scale(String deployment, int replicas) {
        return ScaleDeploymentRequest.newBuilder()
                .setDeployment(deployment)
                .setReplicas(replicas)
                .setIdempotencyKey(controller.key())
                .build();
    }

    private DeploymentActionRequest act(String deployment) {
        return DeploymentActionRequest.newBuilder()
                .setDeployment(deployment)
                .setIdempotencyKey(controller.key())
                .build();
    }

    private Deployment get(String deployment) {
        return deployments
                .getDeployment(GetDeploymentRequest.newBuilder()
                        .setDeployment(deployment)
                        .build())
                .getDeployment();
    }

    private Recorder<WatchEndpointsRequest, WatchEndpointsResponse> watch(String deployment) {
        Recorder<WatchEndpointsRequest, WatchEndpointsResponse> recorder = Recorder.greedy();
        controller
                .deploymentsAsync()
                .watchEndpoints(
                        WatchEndpointsRequest.newBuilder()
                                .setDeployment(deployment)
                                .build(),
                        recorder);
        return recorder;
    }

    private static List<Assignment> assigned(FakeAgent agent, int count) throws InterruptedException {
        List<Assignment> assigned = new ArrayList<>();
        while (assigned.size() < count) {
            assigned.addAll(agent.desired().getAssignmentsList());
        }
        return assigned;
    }

    private static Status.Code code(Callable<?> call) {
        return refusal(call).getStatus().getCode();
    }

    private static StatusRuntimeException refusal(Callable<?> call) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::call);
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }
}
