package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Values;
import dev.berth.cli.outcome.CliFailure;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;

/** {@code --wait} and {@code --wait-timeout}, the same for every command that changes a pod. Pure. */
final class WaitOptions {
    private static final String WAIT = "--wait";
    private static final String TIMEOUT = "--wait-timeout";

    /** Long enough to mean "for ever", short enough to be added to the present. */
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    private WaitOptions() {}

    static void addTo(CommandSpec spec, String goal) {
        spec.addOption(Options.flag(WAIT, "Wait until the pod is " + goal + "."))
                .addOption(Options.text(TIMEOUT, "TIME", "Give up waiting after this: 5m. Default: never."));
    }

    static boolean isAsked(Arguments arguments) {
        if (arguments.has(TIMEOUT) && !arguments.has(WAIT)) {
            throw CliFailure.usage(TIMEOUT + " says how long to wait, but nothing asks to wait", "Add " + WAIT);
        }
        return arguments.has(WAIT);
    }

    static Duration timeout(Arguments arguments) {
        String text = arguments.text(TIMEOUT);
        return text == null ? FOR_EVER : Values.duration(TIMEOUT, text);
    }
}
