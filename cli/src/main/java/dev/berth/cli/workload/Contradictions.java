package dev.berth.cli.workload;

import com.google.protobuf.Duration;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodSpecOrBuilder;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;

/** Options that cannot go together, each named, before anything is sent. Pure. */
final class Contradictions {
    private Contradictions() {}

    static void check(PodSpec.Builder spec, Use use) {
        cpuPod(spec.getRequest());
        spot(spec);
        disks(spec);
        boolean failsFast = spec.getUnplaced() == Unplaced.FAIL_FAST
                || (use.isPod() && spec.getUnplaced() == Unplaced.UNPLACED_UNSPECIFIED);
        if (isSet(spec.getQueueTimeout()) && failsFast) {
            throw CliFailure.usage(
                    "--queue-timeout limits the wait in the queue, but nothing asks to wait there",
                    "Add --queue, or leave --queue-timeout out");
        }
    }

    private static void cpuPod(ResourceRequest request) {
        if (request.getCpuUnits() == 0) {
            return;
        }
        refuseIf(request.getGpuModelsCount() > 0, "--gpu-model", "--cpu-units");
        refuseIf(request.getMinVramGb() > 0, "--min-vram", "--cpu-units");
        refuseIf(!request.getMinCuda().isEmpty(), "--min-cuda", "--cpu-units");
    }

    private static void disks(PodSpec.Builder spec) {
        if (!spec.getVolumeMount().isEmpty() && spec.getPodVolumeGb() == 0) {
            throw CliFailure.usage(
                    "--volume-mount says where the pod volume is, but the pod has none",
                    "Add --pod-volume GB, or leave --volume-mount out");
        }
    }

    private static void refuseIf(boolean given, String option, String other) {
        if (given) {
            throw CliFailure.usage(
                    option + " asks something of a GPU, but a pod of " + other + " has none", "Leave one of them out");
        }
    }

    private static void spot(PodSpecOrBuilder spec) {
        ResourceRequest request = spec.getRequest();
        boolean spot = request.getPurchase() == Purchase.SPOT;
        if (spot && request.getBidMicros() == 0) {
            throw CliFailure.usage(
                    "--spot needs a bid", "Add --bid DOLLARS, at least the spot price that berth gpu ls shows");
        }
        onlySpot(!spot && request.getBidMicros() > 0, "--bid");
        onlySpot(!spot && isSet(spec.getMinRuntime()), "--min-runtime");
        onlySpot(!spot && spec.getAutoResume(), "--auto-resume");
    }

    private static boolean isSet(Duration duration) {
        return !duration.equals(Duration.getDefaultInstance());
    }

    private static void onlySpot(boolean refused, String option) {
        if (refused) {
            throw CliFailure.usage(option + " is for spot pods only", "Add --spot, or leave " + option + " out");
        }
    }
}
