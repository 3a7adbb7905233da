package dev.berth.controller.protos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.Unplaced;
import dev.berth.proto.v1.ResourceRequest;
import org.junit.jupiter.api.Test;

class SpecProtosTest {
    @Test
    void emptySpecReadsAsTheDocumentedDefaults() {
        PodSpec spec = SpecProtos.toModel(dev.berth.proto.v1.PodSpec.getDefaultInstance());
        assertThat(spec.request().gpuCount()).isEqualTo(1);
        assertThat(spec.request().cpus()).isEqualTo(IntRange.ANY);
        assertThat(spec.request().minCuda()).isEqualTo(CudaVersion.ANY);
        assertThat(spec.containerDiskGb()).isEqualTo(20);
        assertThat(spec.graceMillis()).isEqualTo(10_000);
        assertThat(spec.container().forDevelopment()).isTrue();
        assertThat(spec.unplaced()).isEqualTo(Unplaced.FAIL_FAST);
        assertThat(SpecProtos.toModel(SpecProtos.toProto(spec))).isEqualTo(spec);
    }

    @Test
    void whatWasSetToZeroOrFalseStaysSo() {
        PodSpec spec = SpecProtos.toModel(dev.berth.proto.v1.PodSpec.newBuilder()
                .setGrace(Duration.getDefaultInstance())
                .setForDevelopment(false)
                .build());
        assertThat(spec.graceMillis()).isZero();
        assertThat(spec.container().forDevelopment()).isFalse();
    }

    @Test
    void mapsAreSortedWhateverOrderTheyCameIn() {
        PodSpec one = SpecProtos.toModel(dev.berth.proto.v1.PodSpec.newBuilder()
                .putEnv("B", "2")
                .putEnv("A", "1")
                .build());
        assertThat(one.container().env().keySet()).containsExactly("A", "B");
        assertThat(SpecProtos.toProto(one).getEnvMap().keySet()).containsExactly("A", "B");
    }

    @Test
    void cudaVersionsAreTwoIntegers() {
        assertThat(cuda("12.10")).isEqualTo(new CudaVersion(12, 10));
        assertThatThrownBy(() -> cuda("twelve"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'twelve' is no CUDA version");
    }

    private static CudaVersion cuda(String text) {
        return SpecProtos.toModel(ResourceRequest.newBuilder().setMinCuda(text).build())
                .minCuda();
    }
}
