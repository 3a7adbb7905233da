package dev.berth.cli.workload;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Values;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.ResourceRequest;
import java.util.List;

/** Sets in a request what the options name and leaves the rest. Pure. */
final class RequestEdit {
    private RequestEdit() {}

    static void of(Arguments arguments, ResourceRequest.Builder request) {
        size(arguments, request);
        List<String> models = arguments.texts("--gpu-model");
        if (!models.isEmpty()) {
            request.clearGpuModels().addAllGpuModels(models);
        }
        if (arguments.has("--cpus")) {
            request.setCpus(Values.range("--cpus", arguments.text("--cpus", "")));
        }
        if (arguments.has("--memory")) {
            request.setMemoryGb(Values.range("--memory", arguments.text("--memory", "")));
        }
        if (arguments.has("--min-vram")) {
            request.setMinVramGb(Bounded.number(arguments, "--min-vram", 0, 1024));
        }
        if (arguments.has("--min-cuda")) {
            request.setMinCuda(Values.version("--min-cuda", arguments.text("--min-cuda", "")));
        }
        place(arguments, request);
        price(arguments, request);
    }

    /** GPUs or CPU units; the one that is named takes the place of the other. */
    private static void size(Arguments arguments, ResourceRequest.Builder request) {
        if (arguments.has("--gpus") && arguments.has("--cpu-units")) {
            throw CliFailure.usage("Both --gpus and --cpu-units are given", "Leave one of them out");
        }
        if (arguments.has("--cpu-units")) {
            request.clearGpuCount().setCpuUnits(Bounded.number(arguments, "--cpu-units", 1, 1024));
        } else if (arguments.has("--gpus")) {
            request.clearCpuUnits().setGpuCount(Bounded.number(arguments, "--gpus", 1, 64));
        } else if (request.getCpuUnits() == 0 && request.getGpuCount() == 0) {
            request.setGpuCount(1);
        }
    }

    private static void place(Arguments arguments, ResourceRequest.Builder request) {
        List<String> regions = arguments.texts("--region");
        if (!regions.isEmpty()) {
            request.clearRegions().addAllRegions(regions);
        }
        List<String> avoided = arguments.texts("--avoid-host");
        if (!avoided.isEmpty()) {
            request.clearAvoidHosts().addAllAvoidHosts(avoided);
        }
    }

    private static void price(Arguments arguments, ResourceRequest.Builder request) {
        if (arguments.has("--max-price")) {
            request.setMaxPriceMicros(Bounded.micros(arguments, "--max-price"));
        }
        if (arguments.has("--spot")) {
            request.setPurchase(Purchase.SPOT);
        }
        if (arguments.has("--bid")) {
            request.setBidMicros(Bounded.micros(arguments, "--bid"));
        }
    }
}
