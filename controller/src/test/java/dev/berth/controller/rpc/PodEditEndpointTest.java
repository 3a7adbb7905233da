package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.EditPodRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodAction;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodVolume;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import dev.berth.proto.v1.VolumeKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Edits, locks and restarts as callers ask for them; what they mean is shown where the engine is tested. */
class PodEditEndpointTest {
    private final TestController controller = new TestController();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    private PodActionRequest act(Pod pod) {
        return PodActionRequest.newBuilder()
                .setPod(pod.getId())
                .setIdempotencyKey(controller.key())
                .build();
    }

    private EditPodRequest edit(Pod pod, PodSpec.Builder spec) {
        return EditPodRequest.newBuilder()
                .setPod(pod.getId())
                .setSpec(spec)
                .setExpectedVersion(pod.getVersion())
                .setIdempotencyKey(controller.key())
                .build();
    }

    private static Status refusal(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
    }

    @Test
    void aSpecIsReadChangedAndSentBack() {
        Pod pod = controller.deploy(pods, "one");
        EditPodRequest request =
                edit(pod, pod.getSpec().toBuilder().setName("two").setPriority(3));
        Pod edited = pods.editPod(request).getPod();
        assertThat(edited.getSpec())
                .isEqualTo(
                        pod.getSpec().toBuilder().setName("two").setPriority(3).build());
        assertThat(edited.getVersion()).isGreaterThan(pod.getVersion());
        assertThat(pods.editPod(request).getPod()).as("a retry").isEqualTo(edited);
        Status stale =
                refusal(() -> pods.editPod(edit(pod, pod.getSpec().toBuilder().setName("three"))));
        assertThat(stale.getCode()).isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void whatMayNotChangeNowIsNamed() {
        Pod pod = controller.deploy(pods, "one");
        Status bound =
                refusal(() -> pods.editPod(edit(pod, pod.getSpec().toBuilder().setImage("other"))));
        assertThat(bound.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(bound.getDescription()).contains("spec.image");
        Status wrong =
                refusal(() -> pods.editPod(edit(pod, pod.getSpec().toBuilder().setPriority(5_000))));
        assertThat(wrong.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        Status blind = refusal(() -> pods.editPod(edit(pod, pod.getSpec().toBuilder()).toBuilder()
                .setExpectedVersion(0)
                .build()));
        assertThat(blind.getDescription()).contains("expected_version");
    }

    @Test
    void aLockShowsAndBarsTheEnd() {
        Pod pod = controller.deploy(pods, "one");
        Pod locked = pods.lockPod(act(pod)).getPod();
        assertThat(locked.getLocked()).isTrue();
        assertThat(locked.getAllowedActionsList()).containsExactly(PodAction.EDIT, PodAction.UNLOCK);
        assertThat(refusal(() -> pods.terminatePod(act(pod))).getDescription()).contains("locked");
        assertThat(refusal(() -> pods.restartPod(act(pod))).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal(() -> pods.resetPod(act(pod))).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(pods.unlockPod(act(pod)).getPod().getLocked()).isFalse();
    }

    @Test
    void onlyARunMayBeWithoutGpus() {
        Pod pod = controller.deploy(pods, "one");
        PodActionRequest rescue = act(pod).toBuilder().setWithoutGpus(true).build();
        assertThat(refusal(() -> pods.pausePod(rescue)).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(() -> pods.runPod(rescue)).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void volumesPortsAndTimersAreTakenAndShown() {
        DeployPodRequest.Builder request = controller.request("one").toBuilder();
        request.getSpecBuilder()
                .setPodVolumeGb(5)
                .setSystemVolumeGb(20)
                .addPorts("22/tcp")
                .setStopAfter(Duration.newBuilder().setSeconds(60));
        Pod pod = pods.deployPod(request.build()).getPod();
        assertThat(pod.getVolumesList())
                .extracting(PodVolume::getKind)
                .containsExactly(VolumeKind.SYSTEM_VOLUME, VolumeKind.POD_VOLUME);
        assertThat(pod.getVolumes(1).getMountPath()).isEqualTo("/workspace");
        assertThat(pod.getSpec().getPortsList()).containsExactly("22/tcp");
        assertThat(pod.hasStopsAt()).as("before it runs").isFalse();
        request.getSpecBuilder().putNetworkVolumes("nosuch", "/data");
        request.setIdempotencyKey(controller.key());
        assertThat(refusal(() -> pods.deployPod(request.build())).getDescription())
                .contains("spec.network_volumes")
                .contains("nosuch");
    }
}
