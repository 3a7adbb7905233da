package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.ExplainPlacementRequest;
import dev.berth.proto.v1.ExplainPlacementResponse;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.GetStockRequest;
import dev.berth.proto.v1.GetStockResponse;
import dev.berth.proto.v1.HostVerdict;
import dev.berth.proto.v1.PlacementGrpc.PlacementBlockingStub;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.SimulatePlacementRequest;
import dev.berth.proto.v1.SimulatePlacementResponse;
import dev.berth.proto.v1.SimulatedPlace;
import dev.berth.proto.v1.Stock;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlacementEndpointTest {
    private final TestController controller = new TestController();
    private final PlacementBlockingStub placement = controller.placement();
    private final PodsBlockingStub pods = controller.pods();

    @BeforeEach
    void twoHosts() throws InterruptedException {
        FakeAgent.joined(controller, "hostaaaaaaaaaaaa", "a", 2);
        FakeAgent.joined(controller, "hostbbbbbbbbbbbb", "b", 4);
    }

    @AfterEach
    void close() {
        controller.close();
    }

    private static PodSpec.Builder gpus(int count) {
        return PodSpec.newBuilder().setRequest(ResourceRequest.newBuilder().setGpuCount(count));
    }

    private Pod deploy(String name, PodSpec.Builder request) {
        PodSpec.Builder spec = TestController.spec(name).setRequest(request.getRequest());
        return pods.deployPod(DeployPodRequest.newBuilder()
                        .setSpec(spec)
                        .setIdempotencyKey(controller.key())
                        .build())
                .getPod();
    }

    private ExplainPlacementResponse explain(PodSpec.Builder spec) {
        return placement.explainPlacement(
                ExplainPlacementRequest.newBuilder().setSpec(spec).build());
    }

    @Test
    void explainTellsOfEachHostByNameWhichRuleSaysNo() {
        ExplainPlacementResponse answer = explain(gpus(3));
        assertThat(answer.getHostsList()).extracting(HostVerdict::getHostName).containsExactly("a", "b");
        assertThat(answer.getHosts(0).getRule()).isEqualTo("GPU_COUNT");
        assertThat(answer.getHosts(0).getMessage()).contains("2").contains("asked: 3");
        assertThat(answer.getHosts(1).getRule()).isEmpty();
        assertThat(answer.getHosts(1).getFreeUnits()).isEqualTo(4);
        assertThat(answer.getChosenHostId()).isEqualTo("hostbbbbbbbbbbbb");
        assertThat(answer.getEverPossible()).isTrue();
        ExplainPlacementResponse never = explain(gpus(5));
        assertThat(never.getEverPossible()).isFalse();
        assertThat(never.getChosenHostId()).isEmpty();
        assertThat(never.getSummary()).contains("2 hosts").contains("GPU_COUNT");
    }

    @Test
    void explainOfAPodTellsWhyItWaits() {
        deploy("first", gpus(4));
        Pod waits = deploy("second", gpus(4));
        ExplainPlacementResponse answer = placement.explainPlacement(
                ExplainPlacementRequest.newBuilder().setPod("second").build());
        assertThat(answer.getHosts(1).getRule()).isEqualTo("BUSY");
        assertThat(answer.getSummary()).contains("BUSY");
        assertThat(waits.getQueuePosition()).isEqualTo(1);
        assertThat(waits.getQueueReason()).contains("BUSY").contains("GPU_COUNT");
        assertThat(waits.hasEarliestStart()).isFalse();
    }

    @Test
    void aPodForWhichOthersGiveWayKnowsItsEarliestStart() {
        PodSpec.Builder spot = gpus(4);
        spot.getRequestBuilder().setPurchase(Purchase.SPOT).setBidMicros(2_000_000);
        deploy("spot", spot);
        Pod waits = deploy("on-demand", gpus(4));
        assertThat(waits.hasEarliestStart()).isTrue();
        assertThat(waits.getQueueReason()).contains("b").contains("1 spot pods");
        assertThat(pods.getPod(GetPodRequest.newBuilder().setPod("spot").build())
                        .getPod()
                        .getReason())
                .isEqualTo(dev.berth.proto.v1.Reason.PREEMPTED);
    }

    @Test
    void simulationPlacesInOrderAndLeavesNoTrace() {
        SimulatePlacementRequest request = SimulatePlacementRequest.newBuilder()
                .addSpecs(gpus(2))
                .addSpecs(gpus(3))
                .addSpecs(gpus(1))
                .addSpecs(gpus(1))
                .build();
        SimulatePlacementResponse first = placement.simulatePlacement(request);
        assertThat(first.getPlacesList())
                .extracting(SimulatedPlace::getHostName)
                .containsExactly("a", "b", "b", "");
        assertThat(first.getPlaces(3).getSummary()).contains("BUSY");
        assertThat(first.getPlaces(1).getGrant().getUnitIdsCount()).isEqualTo(3);
        assertThat(placement.simulatePlacement(request)).isEqualTo(first);
        assertThat(deploy("real", gpus(4)).getHostName()).isEqualTo("b");
    }

    @Test
    void simulationTellsWhoWouldGiveWayAndNamesNobodyTwice() {
        PodSpec.Builder spot = gpus(4);
        spot.getRequestBuilder().setPurchase(Purchase.SPOT).setBidMicros(2_000_000);
        Pod victim = deploy("spot", spot);
        SimulatePlacementResponse answer = placement.simulatePlacement(SimulatePlacementRequest.newBuilder()
                .addSpecs(gpus(4))
                .addSpecs(gpus(4))
                .build());
        assertThat(answer.getPlaces(0).getPreemptedPodIdsList()).containsExactly(victim.getId());
        assertThat(answer.getPlaces(0).getHostName()).isEqualTo("b");
        assertThat(answer.getPlaces(1).getPreemptedPodIdsList()).isEmpty();
        assertThat(answer.getPlaces(1).getHostId()).isEmpty();
        assertThat(pods.getPod(GetPodRequest.newBuilder().setPod("spot").build())
                        .getPod()
                        .getReason())
                .isEqualTo(dev.berth.proto.v1.Reason.REASON_UNSPECIFIED);
    }

    @Test
    void stockNeverHidesOnePlusOneBehindTwo() {
        deploy("first", gpus(1));
        deploy("second", gpus(3));
        GetStockResponse all = placement.getStock(GetStockRequest.getDefaultInstance());
        assertThat(all.getStockList()).hasSize(1);
        Stock stock = all.getStock(0);
        assertThat(stock.getTotalUnits()).isEqualTo(6);
        assertThat(stock.getIdleUnits()).isEqualTo(2);
        assertThat(stock.getBlocks(0).getHosts()).isEqualTo(2);
        assertThat(stock.getBlocks(1).getUnits()).isEqualTo(2);
        assertThat(stock.getBlocks(1).getHosts()).isZero();
        assertThat(placement
                        .getStock(GetStockRequest.newBuilder()
                                .setRegion("nowhere")
                                .build())
                        .getStockList())
                .isEmpty();
    }

    @Test
    void eachWrongFieldIsNamed() {
        refused(() -> explain(gpus(65)), "spec.request.gpu_count");
        refused(() -> placement.explainPlacement(ExplainPlacementRequest.getDefaultInstance()), "pod");
        PodSpec.Builder unknown = gpus(1);
        unknown.getRequestBuilder().addGpuModels("GTX 1");
        refused(() -> explain(unknown), "spec.request.gpu_models");
        refused(() -> explain(gpus(1).setImage("UPPER CASE")), "spec.image");
        refused(() -> placement.simulatePlacement(SimulatePlacementRequest.getDefaultInstance()), "specs");
        refused(
                () -> placement.simulatePlacement(SimulatePlacementRequest.newBuilder()
                        .addSpecs(gpus(1))
                        .addSpecs(gpus(-1))
                        .build()),
                "specs[1].request.gpu_count");
        refused(
                () -> placement.getStock(
                        GetStockRequest.newBuilder().setGpuModel("GTX 1").build()),
                "gpu_model");
        refused(
                () -> placement.getStock(
                        GetStockRequest.newBuilder().setRegion("r".repeat(256)).build()),
                "region");
        StatusRuntimeException missing = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> placement.explainPlacement(
                        ExplainPlacementRequest.newBuilder().setPod("nobody").build()));
        assertThat(missing.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    private static void refused(ThrowingCallable call, String field) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refusal).as(field).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.getStatus().getDescription()).contains(field);
    }
}
