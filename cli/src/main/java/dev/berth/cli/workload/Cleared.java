package dev.berth.cli.workload;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import picocli.CommandLine.Model.OptionSpec;

/** {@code --clear OPTION} of a change: takes out of a description what an option once set. Pure. */
public final class Cleared {
    private static final String CLEAR = "--clear";
    /** Said, since an edit that leaves it out keeps the path as it is. */
    private static final String DEFAULT_MOUNT = "/workspace";

    private Cleared() {}

    public static OptionSpec option() {
        return Options.texts(
                CLEAR,
                "OPTION",
                "Go back to the default of an option, such as max-price, env or spot, before the others are"
                        + " read; may be repeated.");
    }

    /** The description without what is to be cleared. */
    public static PodSpec of(Arguments arguments, PodSpec before) {
        PodSpec.Builder spec = before.toBuilder();
        for (String name : arguments.texts(CLEAR)) {
            if (!fromSpec(name, spec) && !fromDisks(name, spec) && !fromRequest(name, spec.getRequestBuilder())) {
                throw CliFailure.usage(
                        "The value '" + name + "' of --clear is no option that has a default",
                        "Give the name of an option that --help lists, such as max-price");
            }
        }
        if (spec.getPodVolumeGb() == 0 && spec.getVolumeMount().equals(DEFAULT_MOUNT)) {
            spec.clearVolumeMount();
        }
        return spec.build();
    }

    private static boolean fromSpec(String name, PodSpec.Builder spec) {
        switch (name) {
            case "entrypoint" -> spec.clearEntrypoint();
            case "shell", "command" -> spec.clearShellCommand().clearCommand();
            case "env" -> spec.clearEnv();
            case "label" -> spec.clearLabels();
            case "grace" -> spec.clearGrace();
            case "pre-stop" -> spec.clearPreStopCommand();
            case "stop-after" -> spec.clearStopAfter();
            case "terminate-after" -> spec.clearTerminateAfter();
            case "no-for-development" -> spec.clearForDevelopment();
            case "queue", "fail-fast" -> spec.clearUnplaced();
            case "queue-timeout" -> spec.clearQueueTimeout();
            case "priority" -> spec.clearPriority();
            case "min-runtime" -> spec.clearMinRuntime();
            case "auto-resume" -> spec.clearAutoResume();
            case "spot" -> {
                spec.clearMinRuntime().clearAutoResume();
                spec.getRequestBuilder().clearPurchase().clearBidMicros();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean fromDisks(String name, PodSpec.Builder spec) {
        switch (name) {
            case "disk" -> spec.clearContainerDiskGb();
            case "port" -> spec.clearPorts();
            case "system-volume" ->
                throw CliFailure.usage(
                        "The system volume has no default to go back to: it only grows",
                        "Give the size that it shall have with --system-volume GB");
            case "pod-volume" -> spec.clearPodVolumeGb();
            case "volume-mount" -> spec.setVolumeMount(DEFAULT_MOUNT);
            case "network-volume" -> spec.clearNetworkVolumes();
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean fromRequest(String name, ResourceRequest.Builder request) {
        switch (name) {
            case "gpus" -> request.clearGpuCount();
            case "gpu-model" -> request.clearGpuModels();
            case "cpu-units" -> request.clearCpuUnits();
            case "cpus" -> request.clearCpus();
            case "memory" -> request.clearMemoryGb();
            case "min-vram" -> request.clearMinVramGb();
            case "min-cuda" -> request.clearMinCuda();
            case "region" -> request.clearRegions();
            case "avoid-host" -> request.clearAvoidHosts();
            case "max-price" -> request.clearMaxPriceMicros();
            default -> {
                return false;
            }
        }
        return true;
    }
}
