package dev.berth.cli.command;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.render.Human;
import java.time.Duration;

/**
 * Options whose values have bounds. The API reads 0 as "not said" in many places; who types it means it, so it is
 * refused here, by the name of the option, as is whatever else can never be accepted. Pure.
 */
public final class Bounded {
    private Bounded() {}

    /** The number of an option that is there. */
    public static int number(Arguments arguments, String option, int least, int most) {
        int number = arguments.number(option, least);
        if (number < least || number > most) {
            throw CliFailure.usage(
                    option + " cannot be " + number, "Give " + option + " a number from " + least + " to " + most);
        }
        return number;
    }

    /** The duration of an option that is there, as the API writes it. */
    public static com.google.protobuf.Duration duration(
            Arguments arguments, String option, Duration least, Duration most) {
        String text = arguments.text(option, "");
        Duration duration = Values.duration(option, text);
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw CliFailure.usage(
                    option + " cannot be " + text,
                    "Give " + option + " a time from " + Human.duration(least) + " to " + Human.duration(most));
        }
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    /** The amount of an option that is there, in micro-dollars and above 0. */
    public static long micros(Arguments arguments, String option) {
        long micros = Values.micros(option, arguments.text(option, ""));
        if (micros == 0) {
            throw CliFailure.usage(option + " cannot be 0", "Give " + option + " an amount above 0, or leave it out");
        }
        return micros;
    }
}
