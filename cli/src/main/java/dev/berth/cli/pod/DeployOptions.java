package dev.berth.cli.pod;

import dev.berth.cli.command.Options;
import picocli.CommandLine.Model.CommandSpec;

/** The options of {@code pod deploy}, in the order of its help. Pure. */
final class DeployOptions {
    private DeployOptions() {}

    static void addTo(CommandSpec spec) {
        container(spec);
        request(spec);
        policy(spec);
    }

    private static void container(CommandSpec spec) {
        spec.addPositional(Options.parameter(0, "NAME", "Name of the pod; need not be unique."))
                .addPositional(
                        Options.parameters(1, "0..*", "CMD", "Command after --, word by word. Default: the image's."))
                .addOption(Options.text("--image", "IMAGE", "Image reference, as docker takes it. Required."))
                .addOption(Options.texts(
                        "--entrypoint", "WORD", "A word of the entrypoint; repeat it for more. Default: the image's."))
                .addOption(Options.text("--shell", "LINE", "Command as a shell line, instead of CMD."))
                .addOption(Options.texts("--env", "K=V", "An environment variable; may be repeated."))
                .addOption(Options.texts("--label", "K=V", "A label; may be repeated."))
                .addOption(Options.number("--disk", "GB", "Container disk. Default: 20."))
                .addOption(Options.text("--grace", "TIME", "From SIGTERM to SIGKILL, such as 30s. Default: 10s."))
                .addOption(Options.flag("--no-for-development", "Accept images that are neither Debian nor Ubuntu."));
    }

    private static void request(CommandSpec spec) {
        spec.addOption(Options.number("--gpus", "N", "Whole GPUs, all on one host. Default: 1."))
                .addOption(Options.texts(
                        "--gpu-model", "MODEL", "Acceptable model; repeat in order of preference. Default: any."))
                .addOption(Options.text("--cpus", "RANGE", "Range on the CPUs of the pod: 100-200, 100- or -200."))
                .addOption(Options.text("--memory", "RANGE", "Range on the memory of the pod in GB: 224-1024."))
                .addOption(Options.number("--min-vram", "GB", "Least memory of each GPU."))
                .addOption(Options.text("--min-cuda", "VERSION", "Least CUDA version of the driver: 12.4."))
                .addOption(Options.texts("--region", "REGION", "Acceptable region; may be repeated. Default: any."))
                .addOption(Options.texts("--avoid-host", "HOST", "Host to avoid, id or name; may be repeated."))
                .addOption(Options.text("--max-price", "DOLLARS", "Highest price per GPU-hour: 2.50."));
    }

    private static void policy(CommandSpec spec) {
        spec.addOption(Options.flag("--queue", "Wait in the queue when nothing is free."))
                .addOption(Options.flag("--fail-fast", "End in FAILED when nothing is free. The default."))
                .addOption(Options.number("--priority", "N", "Priority in the queue, -1000 to 1000. Default: 0."))
                .addOption(Options.text(
                        "--idempotency-key", "KEY", "The same key and pod never deploy twice. Default: a new one."));
        WaitOptions.addTo(spec, "RUNNING");
    }
}
