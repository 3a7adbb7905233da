package dev.berth.cli.workload;

import dev.berth.cli.command.Options;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The options that describe a pod, in the order of the help: the same for a pod, for the template of a deployment, and,
 * as far as they are about its place, for the questions where it would go. {@link SpecEdit} reads them. Pure.
 */
public final class SpecOptions {
    private SpecOptions() {}

    /** What runs in the pod. */
    public static void container(CommandSpec spec, Use use) {
        spec.addPositional(
                        Options.parameters(1, "0..*", "CMD", "Command after --, word by word. Default: the image's."))
                .addOption(Options.text("--image", "IMAGE", "Image reference, as docker takes it." + use.required))
                .addOption(Options.texts(
                        "--entrypoint", "WORD", "A word of the entrypoint; repeat it for more. Default: the image's."))
                .addOption(Options.text("--shell", "LINE", "Command as a shell line, instead of CMD."))
                .addOption(Options.texts("--env", "K=V", "An environment variable; may be repeated."))
                .addOption(Options.texts("--label", "K=V", "A label; may be repeated."))
                .addOption(Options.text(
                        "--grace",
                        "TIME",
                        "From SIGTERM to SIGKILL, 0 to " + use.longestGrace() + ". Default: 10s, of spot 5s."));
        if (use.isPod()) {
            spec.addOption(Options.flag("--no-for-development", "Accept images that are neither Debian nor Ubuntu."));
        }
        storage(spec, use);
    }

    /** Its ports and disks, and how long it lives; a deployment says that of its pods, which keep nothing. */
    private static void storage(CommandSpec spec, Use use) {
        spec.addOption(Options.texts("--port", "PORT", "Publish a port of the container, 22/tcp; may be repeated."))
                .addOption(Options.number("--disk", "GB", "Container disk, 1 to 4096. Default: " + use.diskGb + "."));
        if (use.isPod()) {
            spec.addOption(Options.number(
                            "--system-volume",
                            "GB",
                            "Keeps what changes below /home /root /var /run /etc /usr; 0 for none, to 4096, only grows."
                                    + " Default: 100, with --no-for-development none."))
                    .addOption(Options.number(
                            "--pod-volume", "GB", "A disk of its own, to 4096, only grows. Default: none."))
                    .addOption(Options.text("--volume-mount", "PATH", "Where that disk is. Default: /workspace."));
        }
        spec.addOption(Options.texts(
                        "--network-volume", "VOLUME:PATH", "Mount a network volume, id or name; may be repeated."))
                .addOption(Options.text("--pre-stop", "LINE", "A shell line to run before SIGTERM, for 5 s at most."));
        if (use.isPod()) {
            spec.addOption(Options.text("--stop-after", "TIME", "Pause so long after each start, 1m to 365d."))
                    .addOption(Options.text(
                            "--terminate-after", "TIME", "End for good so long after the first start, 1m to 365d."));
        }
    }

    /** What it asks of the hardware. */
    public static void request(CommandSpec spec) {
        spec.addOption(Options.number("--gpus", "N", "Whole GPUs, all on one host, 1 to 64. Default: 1."))
                .addOption(Options.texts(
                        "--gpu-model", "MODEL", "Acceptable model; repeat in order of preference. Default: any."))
                .addOption(Options.number(
                        "--cpu-units", "N", "A pod without GPUs: units of 1 CPU and 2 GB each, 1 to 1024."))
                .addOption(Options.text("--cpus", "RANGE", "Range on the CPUs of the pod: 100-200, 100-, -200 or 150."))
                .addOption(Options.text("--memory", "RANGE", "Range on the memory of the pod in GB: 224-1024."))
                .addOption(Options.number("--min-vram", "GB", "Least memory of each GPU, 0 to 1024. Default: any."))
                .addOption(Options.text("--min-cuda", "VERSION", "Least CUDA version of the driver: 12.4."))
                .addOption(Options.texts("--region", "REGION", "Acceptable region; may be repeated. Default: any."))
                .addOption(Options.texts("--avoid-host", "HOST", "Host to avoid, id or name; may be repeated."))
                .addOption(Options.text("--max-price", "DOLLARS", "Highest price per GPU-hour: 2.50. Default: any."))
                .addOption(Options.flag("--spot", "Rent at the spot price; may be preempted. Needs --bid."))
                .addOption(Options.text("--bid", "DOLLARS", "Bid per GPU-hour, at least the spot price: 0.20."));
    }

    /** What happens while it has no place, and when it loses it. */
    public static void policy(CommandSpec spec, Use use) {
        spec.addOption(Options.text(
                "--min-runtime", "TIME", "Spot: not preempted so soon after RUNNING, 0 to 1h. Default: 0s."));
        if (use.isPod()) {
            spec.addOption(Options.flag("--auto-resume", "Spot: wait in the queue again after a preemption."));
        }
        spec.addOption(Options.flag("--queue", "Wait in the queue when nothing is free." + use.queues))
                .addOption(Options.flag("--fail-fast", "End in FAILED when nothing is free." + use.failsFast))
                .addOption(Options.text(
                        "--queue-timeout", "TIME", "Longest wait for the first place, 1s to 30d. Default: no limit."))
                .addOption(Options.number("--priority", "N", "Priority in the queue, -1000 to 1000. Default: 0."));
    }
}
