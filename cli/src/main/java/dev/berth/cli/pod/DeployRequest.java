package dev.berth.cli.pod;

import com.google.protobuf.Duration;
import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Values;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;

/** The request that the options of {@code pod deploy} describe. What was not typed stays unset: the API has the defaults. */
final class DeployRequest {
    private DeployRequest() {}

    static DeployPodRequest of(Arguments arguments, String key) {
        return DeployPodRequest.newBuilder()
                .setSpec(spec(arguments))
                .setIdempotencyKey(arguments.text("--idempotency-key", key))
                .build();
    }

    private static PodSpec spec(Arguments arguments) {
        if (!arguments.has("--image")) {
            throw CliFailure.usage("A pod needs an image", "Add --image, for example --image berth/debian:bookworm");
        }
        PodSpec.Builder spec = PodSpec.newBuilder()
                .setName(arguments.parameter(0))
                .setImage(arguments.text("--image", ""))
                .addAllEntrypoint(arguments.texts("--entrypoint"))
                .addAllCommand(arguments.parameters(1))
                .setShellCommand(arguments.text("--shell", ""))
                .putAllEnv(Values.pairs("--env", arguments.texts("--env")))
                .putAllLabels(Values.pairs("--label", arguments.texts("--label")))
                .setContainerDiskGb(arguments.number("--disk", 0))
                .setPriority(arguments.number("--priority", 0))
                .setUnplaced(unplaced(arguments))
                .setRequest(request(arguments));
        if (spec.getCommandCount() > 0 && !spec.getShellCommand().isEmpty()) {
            throw CliFailure.usage("Both --shell and a command after -- are given", "Leave one of them out");
        }
        if (arguments.has("--no-for-development")) {
            spec.setForDevelopment(false);
        }
        String grace = arguments.text("--grace");
        if (grace != null) {
            var duration = Values.duration("--grace", grace);
            spec.setGrace(
                    Duration.newBuilder().setSeconds(duration.getSeconds()).setNanos(duration.getNano()));
        }
        return spec.build();
    }

    private static Unplaced unplaced(Arguments arguments) {
        boolean queue = arguments.has("--queue");
        boolean failFast = arguments.has("--fail-fast");
        if (queue && failFast) {
            throw CliFailure.usage("Both --queue and --fail-fast are given", "Leave one of them out");
        }
        return queue ? Unplaced.QUEUE : failFast ? Unplaced.FAIL_FAST : Unplaced.UNPLACED_UNSPECIFIED;
    }

    private static ResourceRequest request(Arguments arguments) {
        ResourceRequest.Builder request = ResourceRequest.newBuilder()
                .addAllGpuModels(arguments.texts("--gpu-model"))
                .setGpuCount(gpuCount(arguments))
                .setMinVramGb(arguments.number("--min-vram", 0))
                .setMinCuda(arguments.text("--min-cuda", ""))
                .addAllRegions(arguments.texts("--region"))
                .addAllAvoidHosts(arguments.texts("--avoid-host"));
        String cpus = arguments.text("--cpus");
        if (cpus != null) {
            request.setCpus(Values.range("--cpus", cpus));
        }
        String memory = arguments.text("--memory");
        if (memory != null) {
            request.setMemoryGb(Values.range("--memory", memory));
        }
        String price = arguments.text("--max-price");
        if (price != null) {
            request.setMaxPriceMicros(Values.micros("--max-price", price));
        }
        return request.build();
    }

    /** In the API 0 reads as 1; who types 0 means 0. */
    private static int gpuCount(Arguments arguments) {
        int count = arguments.number("--gpus", 1);
        if (count < 1) {
            throw CliFailure.usage("A pod cannot have " + count + " GPUs", "Give --gpus a number from 1 on");
        }
        return count;
    }
}
