package dev.berth.controller.rpc;

import static dev.berth.controller.rpc.DeploymentEndpointTest.job;
import static dev.berth.controller.rpc.DeploymentEndpointTest.replicas;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Unplaced;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every limit of deployments.proto is a violation of the field that broke it. */
class DeploymentCheckTest {
    private static Arguments breaks(
            String field, DeploymentSpec.Builder base, UnaryOperator<DeploymentSpec.Builder> by) {
        return Arguments.of(field, by.apply(base).build());
    }

    private static Arguments template(String field, Consumer<PodSpec.Builder> by) {
        return breaks(field, replicas("web", 1), s -> {
            by.accept(s.getTemplateBuilder());
            return s;
        });
    }

    private static DeploymentSpec.Builder container() {
        return replicas("one", 0).setMode(DeploymentMode.CONTAINER);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                breaks("spec.name", replicas("web", 1), s -> s.clearName()),
                breaks("spec.name", replicas("web", 1), s -> s.setName("a".repeat(64))),
                breaks("spec.name", replicas("web", 1), s -> s.setName("a/b")),
                template("spec.template.system_volume_gb", t -> t.setSystemVolumeGb(1)),
                template("spec.template.pod_volume_gb", t -> t.setPodVolumeGb(1)),
                template("spec.template.volume_mount", t -> t.setVolumeMount("/v")),
                template(
                        "spec.template.stop_after",
                        t -> t.setStopAfter(Duration.newBuilder().setSeconds(60))),
                template(
                        "spec.template.terminate_after",
                        t -> t.setTerminateAfter(Duration.newBuilder().setSeconds(60))),
                breaks("spec.mode", replicas("web", 0), s -> s.clearMode()),
                breaks("spec.mode", replicas("web", 0), s -> s.setModeValue(9)),
                breaks("spec.replicas", replicas("web", -1), s -> s),
                breaks("spec.replicas", replicas("web", 10_001), s -> s),
                breaks("spec.replicas", replicas("web", Integer.MAX_VALUE), s -> s),
                breaks("spec.completions", replicas("web", 1), s -> s.setCompletions(1)),
                breaks("spec.parallelism", replicas("web", 1), s -> s.setParallelism(1)),
                breaks("spec.completion", replicas("web", 1), s -> s.setCompletion(Completion.EXIT_ZERO)),
                breaks("spec.parallelism", job("work", 5, 0), s -> s),
                breaks("spec.parallelism", job("work", 5, -1), s -> s),
                breaks("spec.parallelism", job("work", 5, 10_001), s -> s),
                breaks("spec.completions", job("work", 0, 1), s -> s),
                breaks("spec.completions", job("work", -5, 1), s -> s),
                breaks("spec.completions", job("work", 100_001, 1), s -> s),
                breaks("spec.replicas", job("work", 5, 1), s -> s.setReplicas(5)),
                breaks("spec.completion", job("work", 5, 1), s -> s.setCompletionValue(9)),
                breaks("spec.backoff_limit", job("work", 5, 1), s -> s.setBackoffLimit(3)),
                breaks(
                        "spec.backoff_limit",
                        job("work", 5, 1),
                        s -> s.setCompletion(Completion.EXIT_ZERO).setBackoffLimit(-1)),
                breaks(
                        "spec.backoff_limit",
                        job("work", 5, 1),
                        s -> s.setCompletion(Completion.EXIT_ZERO).setBackoffLimit(1_001)));
    }

    static Stream<Arguments> brokenGangsAndTemplates() {
        return Stream.of(
                breaks("spec.replicas", container(), s -> s.setReplicas(1)),
                breaks("spec.completions", container(), s -> s.setCompletions(1)),
                breaks("spec.parallelism", container(), s -> s.setParallelism(1)),
                breaks("spec.replicas", replicas("web", 257), s -> s.setGang(true)),
                breaks("spec.completions", job("work", 257, 257), s -> s.setGang(true)),
                breaks("spec.parallelism", job("work", 4, 2), s -> s.setGang(true)),
                breaks("spec.master_port", replicas("web", 2), s -> s.setMasterPort(29_500)),
                breaks(
                        "spec.master_port",
                        replicas("web", 2),
                        s -> s.setGang(true).setMasterPort(80)),
                breaks(
                        "spec.master_port",
                        replicas("web", 2),
                        s -> s.setGang(true).setMasterPort(65_536)),
                breaks("spec.template", replicas("web", 1), s -> s.clearTemplate()),
                breaks("spec.template.image", replicas("web", 1), s -> {
                    s.getTemplateBuilder().clearImage();
                    return s;
                }),
                breaks("spec.template.env", replicas("web", 2).setGang(true), s -> {
                    s.getTemplateBuilder().putEnv("RANK", "7");
                    return s;
                }),
                breaks("spec.template.for_development", replicas("web", 1), s -> {
                    s.getTemplateBuilder().setForDevelopment(true);
                    return s;
                }),
                breaks("spec.template.grace", replicas("web", 1), s -> {
                    s.getTemplateBuilder().setGrace(Duration.newBuilder().setSeconds(21));
                    return s;
                }),
                breaks("spec.template.auto_resume", replicas("web", 1), s -> {
                    s.getTemplateBuilder().setAutoResume(true);
                    return s;
                }),
                breaks("spec.template.queue_timeout", replicas("web", 1), s -> {
                    s.getTemplateBuilder()
                            .setUnplaced(Unplaced.FAIL_FAST)
                            .setQueueTimeout(Duration.newBuilder().setSeconds(60));
                    return s;
                }));
    }

    @ParameterizedTest(name = "{0}: {index}")
    @MethodSource({"broken", "brokenGangsAndTemplates"})
    void eachFieldThatBreaksItsLimitIsNamed(String field, DeploymentSpec spec) {
        Violations violations = new Violations();
        DeploymentCheck.check(spec, "spec", violations);
        assertThat(violations.found()).extracting(Violations.Violation::field).contains(field);
    }

    @Test
    void whatIsWithinTheLimitsPasses() {
        for (DeploymentSpec.Builder spec : List.of(
                replicas("web", 0),
                replicas("a web.of_10-000", 10_000),
                job("work", 100_000, 10_000),
                job("work", 1, 1).setCompletion(Completion.EXIT_ZERO).setBackoffLimit(0),
                job("ring", 256, 256).setGang(true).setMasterPort(1_024),
                container(),
                container().setCompletion(Completion.EXIT_ZERO).setBackoffLimit(1_000))) {
            Violations violations = new Violations();
            DeploymentCheck.check(spec.build(), "spec", violations);
            assertThat(violations.found()).as("%s", spec).isEmpty();
        }
    }
}
