package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Purchase;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
    private static final Caller CALLER = new Caller(new TenantId("default"), new Actor(Actor.Kind.USER, "admin"));
    private static final String KIB_33 = "x".repeat(33 << 10);

    private static DeployPodRequest.Builder valid() {
        return DeployPodRequest.newBuilder().setSpec(TestController.spec("pod")).setIdempotencyKey("key");
    }

    private static Event.PodSubmitted read(DeployPodRequest request) {
        return Requests.deploy(
                request, CALLER, new PodId("podpodpodpodpodp"), new SpecReferences(Set.of("NVIDIA Odd 9")), 1);
    }

    private static Arguments bad(String field, Consumer<PodSpec.Builder> change) {
        return Arguments.of(field, change);
    }

    static Stream<Arguments> badFields() {
        return Stream.of(
                bad("spec.name", s -> s.setName("")),
                bad("spec.name", s -> s.setName("x".repeat(256))),
                bad("spec.name", s -> s.setName("a/b")),
                bad("spec.name", s -> s.setName("a\u001b[2J")),
                bad("spec.image", s -> s.setImage("")),
                bad("spec.image", s -> s.setImage("x".repeat(513))),
                bad("spec.image", s -> s.setImage("Debian:latest")),
                bad("spec.image", s -> s.setImage("debian:")),
                bad("spec.image", s -> s.setImage("a b")),
                bad("spec.image", s -> s.setImage("-v")),
                bad("spec.entrypoint", s -> IntStream.range(0, 65).forEach(i -> s.addEntrypoint("w"))),
                bad("spec.entrypoint", s -> s.addEntrypoint(KIB_33)),
                bad("spec.command", s -> IntStream.range(0, 257).forEach(i -> s.addCommand("w"))),
                bad("spec.command", s -> s.addCommand(KIB_33).addCommand(KIB_33)),
                bad("spec.command", s -> s.addCommand("a\0b")),
                bad("spec.shell_command", s -> s.setShellCommand(KIB_33 + KIB_33)),
                bad("spec.shell_command", s -> s.addCommand("a").setShellCommand("b")),
                bad("spec.env", s -> IntStream.range(0, 51).forEach(i -> s.putEnv("V" + i, ""))),
                bad("spec.env", s -> s.putEnv("1A", "")),
                bad("spec.env", s -> s.putEnv("", "")),
                bad("spec.env", s -> s.putEnv("A=B", "")),
                bad("spec.env", s -> s.putEnv("A", KIB_33)),
                bad("spec.env", s -> s.putEnv("A", "a\0b")),
                bad("spec.env", s -> s.putEnv("NVIDIA_VISIBLE_DEVICES", "all")),
                bad("spec.env", s -> s.putEnv("BERTH_POD_ID", "x")),
                bad("spec.container_disk_gb", s -> s.setContainerDiskGb(4097)),
                bad("spec.container_disk_gb", s -> s.setContainerDiskGb(-1)),
                bad("spec.registry_credential_id", s -> s.setRegistryCredentialId("c")),
                bad("spec.grace", s -> s.setGrace(Duration.newBuilder().setSeconds(301))),
                bad(
                        "spec.grace",
                        s -> s.setGrace(Duration.newBuilder().setSeconds(300).setNanos(1))),
                bad("spec.grace", s -> s.setGrace(Duration.newBuilder().setSeconds(-1))),
                bad("spec.grace", s -> s.setGrace(Duration.newBuilder().setNanos(1_000_000_000))),
                bad("spec.labels", s -> IntStream.range(0, 33).forEach(i -> s.putLabels("k" + i, "v"))),
                bad("spec.labels", s -> s.putLabels("k", "")),
                bad("spec.labels", s -> s.putLabels("", "v")),
                bad("spec.labels", s -> s.putLabels("k", "x".repeat(64))),
                bad("spec.labels", s -> s.putLabels("a b", "v")),
                bad("spec.template_id", s -> s.setTemplateId("t")),
                bad("spec.unplaced", s -> s.setUnplacedValue(99)),
                bad("spec.priority", s -> s.setPriority(1001)),
                bad("spec.priority", s -> s.setPriority(-1001)));
    }

    static Stream<Arguments> badVolumesAndPorts() {
        return Stream.of(
                bad("spec.ports", s -> s.addPorts("22")),
                bad("spec.ports", s -> s.addPorts("0/tcp")),
                bad("spec.ports", s -> s.addPorts("65536/tcp")),
                bad("spec.ports", s -> s.addPorts("022/tcp")),
                bad("spec.ports", s -> s.addPorts("22/tcp").addPorts("22/tcp")),
                bad("spec.ports", s -> s.addPorts("8888/http")),
                bad("spec.ports", s -> s.addPorts("53/udp")),
                bad("spec.ports", s -> IntStream.range(1, 22).forEach(i -> s.addPorts(i + "/tcp"))),
                bad("spec.system_volume_gb", s -> s.setSystemVolumeGb(-1)),
                bad("spec.system_volume_gb", s -> s.setSystemVolumeGb(4097)),
                bad("spec.pod_volume_gb", s -> s.setPodVolumeGb(-1)),
                bad("spec.pod_volume_gb", s -> s.setPodVolumeGb(4097)),
                bad("spec.volume_mount", s -> s.setVolumeMount("/v")),
                bad("spec.volume_mount", s -> s.setPodVolumeGb(1).setVolumeMount("v")),
                bad("spec.volume_mount", s -> s.setPodVolumeGb(1).setVolumeMount("/usr/v")),
                bad("spec.network_volumes", s -> s.putNetworkVolumes("data", "/proc/v")),
                bad("spec.network_volumes", s -> s.putNetworkVolumes("data", "")),
                bad(
                        "spec.network_volumes",
                        s -> IntStream.range(0, 17).forEach(i -> s.putNetworkVolumes("v" + i, "/v" + i))),
                bad("spec.pre_stop_command", s -> s.setPreStopCommand(KIB_33)),
                bad("spec.pre_stop_command", s -> s.setPreStopCommand("a\0b")),
                bad("spec.stop_after", s -> s.setStopAfter(Duration.newBuilder().setSeconds(59))),
                bad(
                        "spec.terminate_after",
                        s -> s.setTerminateAfter(Duration.newBuilder().setSeconds(366L * 86_400))),
                bad("spec.stop_after", s -> s.setStopAfter(Duration.getDefaultInstance())),
                bad("spec.terminate_after", s -> s.setTerminateAfter(Duration.getDefaultInstance())));
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                bad("spec.request.gpu_models[0]", s -> s.getRequestBuilder().addGpuModels("RTX 9999")),
                bad(
                        "spec.request.gpu_models",
                        s -> IntStream.range(0, 33)
                                .forEach(i -> s.getRequestBuilder().addGpuModels("A40"))),
                bad("spec.request.gpu_count", s -> s.getRequestBuilder().setGpuCount(-1)),
                bad("spec.request.gpu_count", s -> s.getRequestBuilder().setGpuCount(65)),
                bad(
                        "spec.request.cpus.min",
                        s -> s.getRequestBuilder().getCpusBuilder().setMin(-1)),
                bad(
                        "spec.request.cpus.max",
                        s -> s.getRequestBuilder().getCpusBuilder().setMax(-1)),
                bad(
                        "spec.request.cpus",
                        s -> s.getRequestBuilder().getCpusBuilder().setMin(9).setMax(8)),
                bad(
                        "spec.request.memory_gb",
                        s -> s.getRequestBuilder()
                                .getMemoryGbBuilder()
                                .setMin(9)
                                .setMax(8)),
                bad("spec.request.min_vram_gb", s -> s.getRequestBuilder().setMinVramGb(1025)),
                bad("spec.request.min_vram_gb", s -> s.getRequestBuilder().setMinVramGb(-1)),
                bad("spec.request.min_cuda", s -> s.getRequestBuilder().setMinCuda("twelve")),
                bad(
                        "spec.request.regions",
                        s -> IntStream.range(0, 33)
                                .forEach(i -> s.getRequestBuilder().addRegions("r"))),
                bad("spec.request.regions[0]", s -> s.getRequestBuilder().addRegions("")),
                bad(
                        "spec.request.avoid_hosts",
                        s -> IntStream.range(0, 257)
                                .forEach(i -> s.getRequestBuilder().addAvoidHosts("h"))),
                bad("spec.request.max_price_micros", s -> s.getRequestBuilder().setMaxPriceMicros(-1)),
                bad("spec.request.bid_micros", s -> s.getRequestBuilder().setPurchase(Purchase.SPOT)),
                bad("spec.request.purchase", s -> s.getRequestBuilder().setPurchaseValue(99)),
                bad("spec.request.bid_micros", s -> s.getRequestBuilder().setBidMicros(1)));
    }

    @ParameterizedTest
    @MethodSource({"badFields", "badVolumesAndPorts", "badRequests"})
    void eachFieldOutOfItsBoundsIsNamed(String field, Consumer<PodSpec.Builder> change) {
        DeployPodRequest.Builder request = valid();
        change.accept(request.getSpecBuilder());
        assertThat(fields(refusal(request.build()))).containsExactly(field);
    }

    static Stream<Consumer<PodSpec.Builder>> goodSpecs() {
        return Stream.of(
                s -> s.setName("x".repeat(255)),
                s -> s.setImage("ghcr.io:5000/owner/na__me-x.y:Tag_1.0@sha256:" + "a".repeat(64)),
                s -> s.setImage("localhost/berth/debian:bookworm"),
                s -> s.setImage("[::1]:5000/debian"),
                s -> s.putEnv("A", "b=c=d"),
                s -> s.setShellCommand("x".repeat(64 << 10)),
                s -> s.setGrace(Duration.newBuilder().setSeconds(300)),
                s -> s.getRequestBuilder().setGpuCount(64),
                s -> s.getRequestBuilder().getCpusBuilder().setMin(9),
                s -> s.getRequestBuilder().setPurchase(Purchase.ON_DEMAND),
                s -> s.setContainerDiskGb(4096),
                s -> s.putLabels("app/v1", "a.b_c-d"),
                s -> s.setPriority(-1000));
    }

    @ParameterizedTest
    @MethodSource("goodSpecs")
    void whatLiesWithinTheBoundsIsTaken(Consumer<PodSpec.Builder> change) {
        DeployPodRequest.Builder request = valid();
        change.accept(request.getSpecBuilder());
        assertThat(read(request.build()).spec().name()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ä", "a\n"})
    void theKeyMustBeVisibleAscii(String key) {
        assertThat(fields(refusal(valid().setIdempotencyKey(key).build()))).containsExactly("idempotency_key");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        DeployPodRequest.Builder request = valid().clearIdempotencyKey();
        request.getSpecBuilder().setName("").setPriority(5000);
        StatusRuntimeException refusal = refusal(request.build());
        assertThat(fields(refusal)).containsExactly("spec.name", "spec.priority", "idempotency_key");
        assertThat(refusal.getStatus().getDescription()).contains("spec.priority: must be -1000..1000, is 5000");
    }

    @Test
    void withoutASpecNothingElseIsComplainedOf() {
        assertThat(fields(refusal(valid().clearSpec().build()))).containsExactly("spec");
    }

    @Test
    void zerosReadAsTheDefaultsOfTheProto() {
        DeployPodRequest.Builder request = valid();
        request.getSpecBuilder().clearRequest().clearUnplaced();
        var spec = read(request.build()).spec();
        assertThat(spec.request().gpuCount()).isEqualTo(1);
        assertThat(spec.containerDiskGb()).isEqualTo(20);
        assertThat(spec.graceMillis()).isEqualTo(10_000);
        assertThat(spec.container().forDevelopment()).isTrue();
    }

    @Test
    void gpuModelsBecomeCanonicalInOrderAndOnce() {
        DeployPodRequest.Builder request = valid();
        request.getSpecBuilder()
                .getRequestBuilder()
                .addGpuModels("nvidia odd 9")
                .addGpuModels("NVIDIA GeForce RTX 4090")
                .addGpuModels("rtx-4090");
        assertThat(read(request.build()).spec().request().gpuModels()).containsExactly("NVIDIA Odd 9", "RTX 4090");
    }

    @Test
    void anUnknownModelIsAnsweredWithTheKnownOnes() {
        DeployPodRequest.Builder request = valid();
        request.getSpecBuilder().getRequestBuilder().addGpuModels("RTX 9999");
        assertThat(refusal(request.build()).getStatus().getDescription())
                .contains("RTX 9999", "RTX 4090", "NVIDIA Odd 9");
    }

    @Test
    void theDigestIgnoresTheKeyAndTheOrderOfMaps() {
        Map<String, String> env = new TreeMap<>();
        IntStream.range(0, 40).forEach(i -> env.put("V" + i, "x" + i));
        DeployPodRequest.Builder forward = valid();
        env.forEach(forward.getSpecBuilder()::putEnv);
        DeployPodRequest.Builder backward = valid().setIdempotencyKey("another");
        new TreeMap<>(env).descendingMap().forEach(backward.getSpecBuilder()::putEnv);
        String digest = read(forward.build()).request().digest();
        assertThat(digest)
                .hasSize(64)
                .isEqualTo(read(backward.build()).request().digest());
        forward.getSpecBuilder().putEnv("V0", "other");
        assertThat(read(forward.build()).request().digest()).isNotEqualTo(digest);
    }

    @Test
    void nothingThatMovesATerminalsCursorIsRepeated() {
        DeployPodRequest.Builder request = valid();
        request.getSpecBuilder().setName("\u001b[2J\u202e");
        assertThat(refusal(request.build()).getStatus().getDescription())
                .contains("\\u001b", "\\u202e")
                .doesNotContain("\u001b", "\u202e");
    }

    private static StatusRuntimeException refusal(DeployPodRequest request) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, () -> read(request));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        return refusal;
    }

    private static List<String> fields(StatusRuntimeException refusal) {
        try {
            return Objects.requireNonNull(StatusProto.fromThrowable(refusal))
                    .getDetails(0)
                    .unpack(BadRequest.class)
                    .getFieldViolationsList()
                    .stream()
                    .map(BadRequest.FieldViolation::getField)
                    .distinct()
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
