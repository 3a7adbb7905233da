package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodView;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListPodsTest {
    private final TestController controller = new TestController();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void pagesShowEachPodOnceThoughOthersAreCreatedMeanwhile() {
        Set<String> before = new HashSet<>();
        for (int i = 0; i < 25; i++) {
            before.add(controller.deploy(pods, "pod-" + i).getId());
        }
        ListPodsRequest.Builder request = ListPodsRequest.newBuilder().setPageSize(7);
        List<String> seen = new ArrayList<>();
        int pages = 0;
        String token;
        do {
            ListPodsResponse page = pods.listPods(request.build());
            page.getPodsList().forEach(pod -> seen.add(pod.getId()));
            assertThat(page.getPodsCount()).isEqualTo(pages < 3 ? 7 : 4);
            token = page.getNextPageToken();
            request.setPageToken(token);
            controller.deploy(pods, "late-" + pages++);
        } while (!token.isEmpty());
        assertThat(pages).isEqualTo(4);
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void theLastPageHasNoTokenEvenWhenItIsFull() {
        for (int i = 0; i < 6; i++) {
            controller.deploy(pods, "pod-" + i);
        }
        ListPodsResponse first =
                pods.listPods(ListPodsRequest.newBuilder().setPageSize(3).build());
        ListPodsResponse second = pods.listPods(ListPodsRequest.newBuilder()
                .setPageSize(3)
                .setPageToken(first.getNextPageToken())
                .build());
        assertThat(second.getPodsCount()).isEqualTo(3);
        assertThat(second.getNextPageToken()).isEmpty();
    }

    @Test
    void aTokenOfAnotherQueryOrNoTokenAtAllIsRefused() {
        for (int i = 0; i < 3; i++) {
            controller.deploy(pods, "pod-" + i);
        }
        String token = pods.listPods(ListPodsRequest.newBuilder().setPageSize(1).build())
                .getNextPageToken();
        assertThat(token).isNotEmpty();
        for (ListPodsRequest other : List.of(
                ListPodsRequest.newBuilder()
                        .setPageToken(token)
                        .setView(PodView.HISTORY)
                        .build(),
                ListPodsRequest.newBuilder()
                        .setPageToken(token)
                        .putLabels("a", "b")
                        .build(),
                ListPodsRequest.newBuilder().setPageToken(token.substring(1)).build(),
                ListPodsRequest.newBuilder().setPageToken("%%%").build())) {
            Status status = catchThrowableOfType(StatusRuntimeException.class, () -> pods.listPods(other))
                    .getStatus();
            assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).startsWith("page_token:");
        }
    }

    @Test
    void filtersAreByViewStateLabelModelAndHost() throws Exception {
        FakeAgent.joined(controller, "hosthosthosthost", "a", 1);
        Pod placed = controller.deploy(pods, "placed");
        Pod queued = pods.deployPod(controller.request("queued").toBuilder()
                        .setSpec(TestController.spec("queued").putLabels("team", "red"))
                        .build())
                .getPod();
        Pod ended = controller.deploy(pods, "ended");
        pods.terminatePod(PodActionRequest.newBuilder()
                .setPod(ended.getId())
                .setIdempotencyKey("end")
                .build());
        assertThat(list(ListPodsRequest.newBuilder())).containsExactlyInAnyOrder(queued.getId(), placed.getId());
        assertThat(list(ListPodsRequest.newBuilder().setView(PodView.HISTORY))).containsExactly(ended.getId());
        assertThat(list(ListPodsRequest.newBuilder().putLabels("team", "red"))).containsExactly(queued.getId());
        assertThat(list(ListPodsRequest.newBuilder().setGpuModel("NVIDIA GeForce RTX 4090")))
                .containsExactly(placed.getId());
        assertThat(list(ListPodsRequest.newBuilder().setHost("a"))).containsExactly(placed.getId());
        assertThat(list(ListPodsRequest.newBuilder().addStates(PodState.RUNNING)))
                .isEmpty();
        assertThat(placed.getHostName()).isEqualTo("a");
        assertThat(placed.getSimulated()).isTrue();
        assertThat(placed.getGrant().getUnitIdsList()).containsExactly("GPU-a-0");
    }

    private List<String> list(ListPodsRequest.Builder request) {
        return pods.listPods(request.build()).getPodsList().stream()
                .map(Pod::getId)
                .toList();
    }
}
