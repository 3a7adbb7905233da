package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.proto.agent.v1.CopyKey;
import dev.berth.proto.agent.v1.ObservedCopy;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.v1.CopyCondition;
import dev.berth.proto.v1.CreateVolumeRequest;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.GetVolumeRequest;
import dev.berth.proto.v1.ListVolumesRequest;
import dev.berth.proto.v1.ListVolumesResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import dev.berth.proto.v1.ResizeVolumeRequest;
import dev.berth.proto.v1.RestoreVolumeRequest;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeActionRequest;
import dev.berth.proto.v1.VolumeKind;
import dev.berth.proto.v1.VolumeState;
import dev.berth.proto.v1.VolumesGrpc.VolumesBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes as callers ask for them; what they mean is shown where the engine is tested. */
class VolumeEndpointTest {
    private static final String HOST = "hosthosthosthos1";
    private static final String STRANGE = "strangestrange01";

    private final TestController controller = new TestController();
    private final VolumesBlockingStub volumes = controller.volumes();
    private FakeAgent agent;

    @BeforeEach
    void aHostWithAShare() throws InterruptedException {
        agent = FakeAgent.joined(controller, HOST, "one", 2, "nfs");
    }

    @AfterEach
    void close() {
        controller.close();
    }

    private CreateVolumeRequest.Builder creation(String name) {
        return CreateVolumeRequest.newBuilder()
                .setName(name)
                .setSizeGb(10)
                .setRegion("us-east")
                .setIdempotencyKey(controller.key());
    }

    private Volume create(String name) {
        return volumes.createVolume(creation(name).build()).getVolume();
    }

    private VolumeActionRequest.Builder action(String volume) {
        return VolumeActionRequest.newBuilder().setVolume(volume).setIdempotencyKey(controller.key());
    }

    private ResizeVolumeRequest.Builder resize(String volume, int sizeGb) {
        return ResizeVolumeRequest.newBuilder()
                .setVolume(volume)
                .setSizeGb(sizeGb)
                .setIdempotencyKey(controller.key());
    }

    private RestoreVolumeRequest.Builder restore(String volume) {
        return RestoreVolumeRequest.newBuilder().setVolume(volume).setIdempotencyKey(controller.key());
    }

    private static Status refusal(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
    }

    private static void names(String field, ThrowingCallable call) {
        Status status = refusal(call);
        assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains(field);
    }

    private static List<String> namesOf(ListVolumesResponse page) {
        return page.getVolumesList().stream().map(Volume::getName).toList();
    }

    private static long madeNanos(Volume volume) {
        return volume.getCreatedAt().getSeconds() * 1_000_000_000
                + volume.getCreatedAt().getNanos();
    }

    @Test
    void aNetworkVolumeIsMadeFoundGrownDeletedAndRestored() {
        CreateVolumeRequest request = creation("data").build();
        Volume made = volumes.createVolume(request).getVolume();
        assertThat(volumes.createVolume(request).getVolume()).as("a retry").isEqualTo(made);
        assertThat(made.getShare()).isEqualTo("nfs");
        assertThat(made.getKind()).isEqualTo(VolumeKind.NETWORK_VOLUME);
        for (String idOrName : List.of(made.getId(), "data")) {
            GetVolumeRequest get =
                    GetVolumeRequest.newBuilder().setVolume(idOrName).build();
            assertThat(volumes.getVolume(get).getVolume()).isEqualTo(made);
        }
        assertThat(volumes.resizeVolume(resize("data", 20).build()).getVolume().getSizeGb())
                .isEqualTo(20);
        Volume trashed = volumes.deleteVolume(action("data").build()).getVolume();
        assertThat(trashed.getState()).isEqualTo(VolumeState.VOLUME_TRASHED);
        assertThat(trashed.getPurgeAt().getSeconds() - trashed.getTrashedAt().getSeconds())
                .isEqualTo(86_400);
        assertThat(refusal(() -> volumes.getVolume(
                                GetVolumeRequest.newBuilder().setVolume("data").build()))
                        .getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(volumes.restoreVolume(restore(made.getId()).build()).getVolume())
                .returns("data", Volume::getName)
                .returns(VolumeState.VOLUME_READY, Volume::getState);
    }

    @Test
    void aRetryOfADeployIsAnsweredThoughItsVolumeIsGoneSince() {
        create("data");
        DeployPodRequest.Builder request = controller.request("pod").toBuilder();
        request.getSpecBuilder().putNetworkVolumes("data", "/data");
        request.getSpecBuilder().getRequestBuilder().setGpuCount(9);
        PodsBlockingStub pods = controller.pods();
        Pod first = pods.deployPod(request.build()).getPod();
        assertThat(first.getState()).as("it waits for larger hosts").isEqualTo(PodState.INITIALIZING);
        pods.terminatePod(PodActionRequest.newBuilder()
                .setPod(first.getId())
                .setIdempotencyKey(controller.key())
                .build());
        volumes.deleteVolume(action("data").build());
        assertThat(pods.deployPod(request.build()).getPod().getId()).isEqualTo(first.getId());
        names(
                "spec.network_volumes",
                () -> pods.deployPod(request.setIdempotencyKey(controller.key()).build()));
    }

    @Test
    void eachBadInputNamesItsField() {
        names("name", () -> volumes.createVolume(creation("").build()));
        names("name", () -> volumes.createVolume(creation("a\nb").build()));
        names("size_gb", () -> volumes.createVolume(creation("a").setSizeGb(9).build()));
        names(
                "size_gb",
                () -> volumes.createVolume(creation("a").setSizeGb(4_097).build()));
        names("region", () -> volumes.createVolume(creation("a").clearRegion().build()));
        names(
                "region",
                () -> volumes.createVolume(creation("a").setRegion("mars").build()));
        names(
                "share",
                () -> volumes.createVolume(
                        creation("a").setShare("s".repeat(64)).build()));
        names(
                "idempotency_key",
                () -> volumes.createVolume(creation("a").clearIdempotencyKey().build()));
        names("volume", () -> volumes.getVolume(GetVolumeRequest.getDefaultInstance()));
        names("volume", () -> volumes.deleteVolume(action("").build()));
        names(
                "idempotency_key",
                () -> volumes.deleteVolume(action("a").clearIdempotencyKey().build()));
        names("volume", () -> volumes.resizeVolume(resize("", 20).build()));
        names("size_gb", () -> volumes.resizeVolume(resize("a", 0).build()));
        names("size_gb", () -> volumes.resizeVolume(resize("a", 4_097).build()));
        names("volume", () -> volumes.restoreVolume(restore("").build()));
        names("pod", () -> volumes.restoreVolume(restore("a").setPod("a\nb").build()));
        names("kind", () -> list(ListVolumesRequest.newBuilder().setKindValue(99)));
        names("pod", () -> list(ListVolumesRequest.newBuilder().setPod("a\nb")));
        names("host", () -> list(ListVolumesRequest.newBuilder().setHost("a\nb")));
        names("page_size", () -> list(ListVolumesRequest.newBuilder().setPageSize(-1)));
        names("page_size", () -> list(ListVolumesRequest.newBuilder().setPageSize(1_001)));
        names("page_token", () -> list(ListVolumesRequest.newBuilder().setPageToken("x")));
        create("a");
        names("size_gb", () -> volumes.resizeVolume(resize("a", 9).build()));
    }

    @Test
    void whatIsNotThereOrTakenIsToldApartFromBadInput() {
        create("a");
        assertThat(refusal(() -> create("a")).getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(refusal(() ->
                        volumes.createVolume(creation("b").setShare("other").build())))
                .returns(Status.Code.FAILED_PRECONDITION, Status::getCode)
                .satisfies(status -> assertThat(status.getDescription()).contains("there are: nfs"));
        assertThat(refusal(() -> volumes.deleteVolume(action("nosuch").build())).getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal(() -> list(ListVolumesRequest.newBuilder().setHost("nosuch")))
                        .getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal(() -> list(ListVolumesRequest.newBuilder().setPod("nosuch")))
                        .getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void pagesShowEachVolumeOnceNewestFirstAndUnknownCopiesOnTheFirst() throws InterruptedException {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.addFirst(create("v" + i).getName());
        }
        volumes.deleteVolume(action("v3").build());
        made.remove("v3");
        agent.report(Report.newBuilder()
                .addCopies(ObservedCopy.newBuilder()
                        .setKey(CopyKey.newBuilder().setVolumeId(STRANGE).setGeneration(1))
                        .setCondition(CopyCondition.COPY_UNKNOWN)));
        assertThat(agent.next().hasReportAck()).isTrue();

        ListVolumesRequest.Builder query = ListVolumesRequest.newBuilder().setPageSize(2);
        List<String> seen = new ArrayList<>();
        List<Long> ages = new ArrayList<>();
        List<Integer> unknown = new ArrayList<>();
        ListVolumesResponse page;
        do {
            page = list(query);
            assertThat(page.getVolumesCount()).isEqualTo(2);
            seen.addAll(namesOf(page));
            page.getVolumesList().forEach(volume -> ages.add(-madeNanos(volume)));
            unknown.add(page.getUnknownCount());
            query.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
        assertThat(ages).hasSize(6).isSorted();
        assertThat(unknown).containsExactly(1, 0, 0);
        assertThat(namesOf(list(ListVolumesRequest.newBuilder().setTrashed(true))))
                .containsExactly("v3");

        assertThat(list(ListVolumesRequest.newBuilder().setHost("one")).getUnknownCount())
                .isOne();
        assertThat(list(ListVolumesRequest.newBuilder().setKind(VolumeKind.NETWORK_VOLUME))
                        .getUnknownCount())
                .as("they are of no kind")
                .isZero();

        String token = list(ListVolumesRequest.newBuilder().setPageSize(2)).getNextPageToken();
        names(
                "page_token",
                () -> list(ListVolumesRequest.newBuilder().setTrashed(true).setPageToken(token)));
    }

    @Test
    void volumesOfAPodAreItsOwnAndThoseItNamesAlsoInTheTrash() {
        create("data");
        create("other");
        DeployPodRequest.Builder request = controller.request("one").toBuilder();
        request.getSpecBuilder().setSystemVolumeGb(20).putNetworkVolumes("data", "/data");
        String pod = controller.pods().deployPod(request.build()).getPod().getId();
        ListVolumesResponse page = list(ListVolumesRequest.newBuilder().setPod(pod));
        assertThat(namesOf(page)).containsExactlyInAnyOrder("data", "");
        assertThat(page.getUnknownCount()).isZero();
        assertThat(namesOf(list(ListVolumesRequest.newBuilder().setPod(pod).setKind(VolumeKind.NETWORK_VOLUME))))
                .containsExactly("data");
        assertThat(list(ListVolumesRequest.newBuilder().setPod(pod).setTrashed(true))
                        .getVolumesCount())
                .isZero();
        volumes.deleteVolume(action("other").build());
        assertThat(namesOf(list(ListVolumesRequest.newBuilder().setTrashed(true))))
                .containsExactly("other");
        assertThat(list(ListVolumesRequest.newBuilder().setPod(pod).setTrashed(true))
                        .getVolumesCount())
                .isZero();
    }

    @Test
    void volumesOfOneMomentAreOnOnePageEach() {
        DeployPodRequest.Builder request = controller.request("one").toBuilder();
        request.getSpecBuilder().setSystemVolumeGb(20).setPodVolumeGb(5);
        String pod = controller.pods().deployPod(request.build()).getPod().getId();
        ListVolumesRequest.Builder query =
                ListVolumesRequest.newBuilder().setPod(pod).setPageSize(1);
        ListVolumesResponse first = list(query);
        ListVolumesResponse second = list(query.setPageToken(first.getNextPageToken()));
        assertThat(List.of(first.getVolumes(0).getKind(), second.getVolumes(0).getKind()))
                .containsExactlyInAnyOrder(VolumeKind.SYSTEM_VOLUME, VolumeKind.POD_VOLUME);
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(list(ListVolumesRequest.newBuilder().setHost("one")).getVolumesCount())
                .isEqualTo(2);
        assertThat(list(ListVolumesRequest.newBuilder().setKind(VolumeKind.NETWORK_VOLUME))
                        .getVolumesCount())
                .isZero();
    }

    private ListVolumesResponse list(ListVolumesRequest.Builder query) {
        return volumes.listVolumes(query.build());
    }
}
