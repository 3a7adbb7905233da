package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.ListPodEventsRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodAction;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import dev.berth.proto.v1.SearchPodsRequest;
import dev.berth.proto.v1.Unplaced;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodEndpointTest {
    private final TestController controller = new TestController();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void aDeployedPodIsFoundByIdAndNameByAnyClientAtOnce() {
        Pod pod = controller.deploy(pods, "one");
        assertThat(Ids.isId(pod.getId())).isTrue();
        assertThat(pod.getState()).isEqualTo(PodState.INITIALIZING);
        assertThat(pod.getDetail()).isEqualTo(PodDetail.QUEUED);
        assertThat(pod.getQueuePosition()).isEqualTo(1);
        assertThat(pod.getAllowedActionsList()).containsExactly(PodAction.TERMINATE, PodAction.EDIT, PodAction.LOCK);
        PodsBlockingStub another = controller.pods();
        assertThat(another.getPod(get(pod.getId())).getPod()).isEqualTo(pod);
        assertThat(another.getPod(get("one")).getPod()).isEqualTo(pod);
        assertThat(controller.deploy(pods, "two").getQueuePosition()).isEqualTo(2);
    }

    @Test
    void theSameKeyAnswersWithTheSamePodAndAnotherBodyIsRefused() {
        DeployPodRequest request = controller.request("one");
        Pod first = pods.deployPod(request).getPod();
        assertThat(pods.deployPod(request).getPod()).isEqualTo(first);
        DeployPodRequest.Builder other = request.toBuilder();
        other.getSpecBuilder().setPriority(1);
        StatusRuntimeException refusal = refusal(() -> pods.deployPod(other.build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(created()).isEqualTo(1);
    }

    @Test
    void theSameKeyManyTimesAtOnceMakesOnePod() throws Exception {
        DeployPodRequest request = controller.request("one");
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            List<Callable<String>> calls = IntStream.range(0, 40)
                    .<Callable<String>>mapToObj(
                            i -> () -> pods.deployPod(request).getPod().getId())
                    .toList();
            List<Future<String>> ids = callers.invokeAll(calls, 30, TimeUnit.SECONDS);
            assertThat(ids)
                    .allSatisfy(
                            id -> assertThat(id.get()).isEqualTo(ids.getFirst().get()));
        }
        assertThat(created()).isEqualTo(1);
    }

    @Test
    void aRepeatedActionIsASuccessWithoutEffect() {
        Pod pod = controller.deploy(pods, "one");
        PodActionRequest request = act(pod.getId());
        Pod ended = pods.terminatePod(request).getPod();
        assertThat(ended.getState()).isEqualTo(PodState.TERMINATED);
        assertThat(ended.getQueuePosition()).isZero();
        assertThat(pods.terminatePod(request).getPod()).isEqualTo(ended);
        assertThat(pods.terminatePod(act(pod.getId())).getPod().getVersion()).isEqualTo(ended.getVersion());
        StatusRuntimeException refusal = refusal(() -> pods.runPod(act(pod.getId())));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void anImpossibleRequestIsRefusedWithTheRuleThatFailed() throws Exception {
        FakeAgent.joined(controller, "hosthosthosthost", "a", 2);
        DeployPodRequest.Builder request = controller.request("big").toBuilder();
        request.getSpecBuilder()
                .setUnplaced(Unplaced.FAIL_FAST)
                .getRequestBuilder()
                .setGpuCount(9);
        StatusRuntimeException refusal = refusal(() -> pods.deployPod(request.build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal.getStatus().getDescription())
                .startsWith("UNSATISFIABLE: ")
                .contains("GPU_COUNT");
    }

    @Test
    void aModelThatOnlyTheFleetKnowsIsAsGoodAsAListedOne() throws Exception {
        DeployPodRequest.Builder request = controller.request("odd").toBuilder();
        request.getSpecBuilder().getRequestBuilder().addGpuModels("Odd 9");
        assertThat(refusal(() -> pods.deployPod(request.build())).getStatus().getDescription())
                .contains("spec.request.gpu_models[0]", "RTX 4090");
        FakeAgent agent = new FakeAgent(controller, "hosthosthosthost", "a", 1);
        var hello = agent.helloMessage();
        hello.getInventoryBuilder().getUnitsBuilder(0).setNvmlName("Odd 9");
        agent.send(dev.berth.proto.agent.v1.AgentMessage.newBuilder()
                .setHello(hello)
                .build());
        agent.welcome();
        assertThat(pods.deployPod(request.build())
                        .getPod()
                        .getSpec()
                        .getRequest()
                        .getGpuModelsList())
                .containsExactly("Odd 9");
    }

    @Test
    void anotherTenantsPodIsRefusedInTheVeryWordsOfARandomId() throws Exception {
        String foreign = "otherotherothero";
        RequestKey key = new RequestKey(new TenantId("other"), "DeployPod", "k", "d");
        controller
                .loop
                .submit(new Event.PodSubmitted(
                        key,
                        new Actor(Actor.Kind.USER, "u"),
                        new PodId(foreign),
                        SpecProtos.toModel(TestController.spec("secret").build()),
                        1))
                .get(10, TimeUnit.SECONDS);
        String random = "randomrandomrand";
        for (Call call : List.<Call>of(
                id -> pods.getPod(get(id)),
                id -> pods.listPodEvents(
                        ListPodEventsRequest.newBuilder().setPod(id).build()),
                id -> pods.pausePod(act(id)),
                id -> pods.runPod(act(id)),
                id -> pods.terminatePod(act(id)),
                id -> pods.watchPods(dev.berth.proto.v1.WatchPodsRequest.newBuilder()
                                .setPodId(id)
                                .build())
                        .next(),
                id -> pods.getPodLogs(dev.berth.proto.v1.GetPodLogsRequest.newBuilder()
                                .setPod(id)
                                .build())
                        .next())) {
            Status ofForeign = refusal(() -> call.on(foreign)).getStatus();
            Status ofRandom = refusal(() -> call.on(random)).getStatus();
            assertThat(ofForeign.getCode()).isEqualTo(Status.Code.NOT_FOUND).isEqualTo(ofRandom.getCode());
            assertThat(String.valueOf(ofForeign.getDescription()).replace(foreign, random))
                    .isEqualTo(ofRandom.getDescription());
        }
        assertThat(refusal(() -> pods.getPod(get("secret"))).getStatus().getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(search("secret")).isEmpty();
    }

    private interface Call {
        Object on(String podId);
    }

    @Test
    void searchFindsTheBestMatchFirst() {
        List.of("big-train", "trainer", "train", "tornado-rain-in", "other")
                .forEach(name -> controller.deploy(pods, name));
        assertThat(search("train")).containsExactly("train", "trainer", "big-train", "tornado-rain-in");
        assertThat(refusal(() -> search("")).getStatus().getDescription()).startsWith("query:");
    }

    @Test
    void theHistoryOfAPodIsToldOldestFirst() {
        Pod pod = controller.deploy(pods, "one");
        pods.terminatePod(act(pod.getId()));
        var events = pods.listPodEvents(
                        ListPodEventsRequest.newBuilder().setPod(pod.getId()).build())
                .getEventsList();
        // Accepted, then told why it waits, then ended.
        assertThat(events)
                .extracting(event -> event.getTo())
                .containsExactly(PodState.INITIALIZING, PodState.INITIALIZING, PodState.TERMINATED);
        assertThat(events).extracting(event -> event.getSequence()).isSorted();
    }

    @Test
    void aFullDiskIsRefusedAndNothingOfItTookEffect() {
        controller.store.setFull(true);
        DeployPodRequest request = controller.request("one");
        StatusRuntimeException refusal = refusal(() -> pods.deployPod(request));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refusal(() -> pods.getPod(get("one"))).getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        controller.store.setFull(false);
        Until.holds("deploys are taken again", () -> {
            try {
                return pods.deployPod(request).hasPod();
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    @Test
    void aStoppedControllerAnswersUnavailable() {
        controller.loop.close();
        assertThat(refusal(() -> controller.deploy(pods, "one")).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    private long created() {
        return controller.store.journal().stream()
                .filter(JournalRecord.PodCreated.class::isInstance)
                .count();
    }

    private List<String> search(String query) {
        return pods.searchPods(SearchPodsRequest.newBuilder().setQuery(query).build()).getPodsList().stream()
                .map(pod -> pod.getSpec().getName())
                .toList();
    }

    private static GetPodRequest get(String pod) {
        return GetPodRequest.newBuilder().setPod(pod).build();
    }

    private PodActionRequest act(String pod) {
        return PodActionRequest.newBuilder()
                .setPod(pod)
                .setIdempotencyKey(controller.key())
                .build();
    }

    private static StatusRuntimeException refusal(Callable<?> call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::call);
    }
}
