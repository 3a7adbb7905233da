package dev.berth.controller.engine;

import dev.berth.controller.model.PodSpec;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A field of a pod's spec as its owner knows it.
 *
 * @param free whether it may change in every state that is not final
 */
record SpecField(String path, boolean free, Function<PodSpec, Object> value) {
    /** Those by which hosts can take the pod or cannot, and what is said where none ever could. */
    private static final Set<String> DECIDING = Set.of(
            "spec.request",
            "spec.unplaced",
            "spec.ports",
            "spec.container_disk_gb",
            "spec.system_volume_gb",
            "spec.pod_volume_gb",
            "spec.network_volumes");

    /** In the order in which an edit names them. */
    static final List<SpecField> ALL = List.of(
            new SpecField("spec.name", true, PodSpec::name),
            new SpecField("spec.labels", true, PodSpec::labels),
            new SpecField("spec.priority", true, PodSpec::priority),
            new SpecField("spec.grace", true, PodSpec::graceMillis),
            new SpecField("spec.pre_stop_command", true, spec -> spec.lifetime().preStopCommand()),
            new SpecField("spec.stop_after", true, spec -> spec.lifetime().stopAfterMillis()),
            new SpecField("spec.terminate_after", true, spec -> spec.lifetime().terminateAfterMillis()),
            new SpecField("spec.image", false, spec -> spec.container().image()),
            new SpecField("spec.entrypoint", false, spec -> spec.container().entrypoint()),
            new SpecField("spec.command", false, spec -> spec.container().command()),
            new SpecField("spec.shell_command", false, spec -> spec.container().shellCommand()),
            new SpecField("spec.env", false, spec -> spec.container().env()),
            new SpecField("spec.request", false, PodSpec::request),
            new SpecField("spec.container_disk_gb", false, PodSpec::containerDiskGb),
            new SpecField("spec.ports", false, PodSpec::tcpPorts),
            new SpecField("spec.system_volume_gb", false, spec -> spec.storage().systemVolumeGb()),
            new SpecField("spec.pod_volume_gb", false, spec -> spec.storage().podVolumeGb()),
            new SpecField("spec.volume_mount", false, spec -> spec.storage().volumeMount()),
            new SpecField("spec.network_volumes", false, spec -> spec.storage().networkVolumes()),
            new SpecField(
                    "spec.for_development", false, spec -> spec.container().forDevelopment()),
            new SpecField("spec.unplaced", false, PodSpec::unplaced),
            new SpecField("spec.queue_timeout", false, spec -> spec.terms().timeoutMillis()),
            new SpecField("spec.min_runtime", false, spec -> spec.terms().minRuntimeMillis()),
            new SpecField("spec.auto_resume", false, spec -> spec.terms().autoResume()));

    boolean decidesPlace() {
        return DECIDING.contains(path);
    }

    boolean differs(PodSpec one, PodSpec other) {
        return !value.apply(one).equals(value.apply(other));
    }
}
