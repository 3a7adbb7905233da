package dev.berth.cli.command;

import dev.berth.cli.outcome.CliFailure;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code --wait} and {@code --wait-timeout}, the same for every command that has something to wait for. Pure. */
public final class WaitOptions {
    public static final String WAIT = "--wait";
    private static final String TIMEOUT = "--wait-timeout";

    /** Long enough to mean "for ever", short enough to be added to the present. */
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    private WaitOptions() {}

    /** {@code goal} completes "Wait until …". */
    public static void addTo(CommandSpec spec, String goal) {
        spec.addOption(Options.flag(WAIT, "Wait until " + goal + ".")).addOption(timeout());
    }

    /** Only the time, for a command whose {@code --wait} is of its own kind. */
    public static OptionSpec timeout() {
        return OptionSpec.builder(TIMEOUT, "--timeout")
                .type(String.class)
                .arity("1")
                .paramLabel("TIME")
                .description("Give up waiting after this: 5m. Default: never.")
                .build();
    }

    public static boolean isAsked(Arguments arguments) {
        if (arguments.has(TIMEOUT) && !arguments.has(WAIT)) {
            throw CliFailure.usage(TIMEOUT + " says how long to wait, but nothing asks to wait", "Add " + WAIT);
        }
        return arguments.has(WAIT);
    }

    public static Duration timeout(Arguments arguments) {
        String text = arguments.text(TIMEOUT);
        return text == null ? FOR_EVER : Values.duration(TIMEOUT, text);
    }
}
