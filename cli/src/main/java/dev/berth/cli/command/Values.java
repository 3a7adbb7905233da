package dev.berth.cli.command;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.IntRange;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the written forms of option values: ranges, dollars, durations, K=V pairs, names of enums. Pure. */
public final class Values {
    private static final BigDecimal MICROS_PER_DOLLAR = BigDecimal.valueOf(1_000_000);

    private Values() {}

    /** "100-200", "100-" (at least), "-200" (at most) or "100" (exactly). */
    public static IntRange range(String option, String text) {
        int dash = text.indexOf('-');
        String min = dash < 0 ? text : text.substring(0, dash);
        String max = dash < 0 ? text : text.substring(dash + 1);
        if (min.isEmpty() && max.isEmpty()) {
            throw wrong(option, text, "a range such as 100-200, 100- or -200");
        }
        return IntRange.newBuilder()
                .setMin(bound(option, text, min))
                .setMax(bound(option, text, max))
                .build();
    }

    private static int bound(String option, String text, String digits) {
        try {
            int bound = digits.isEmpty() ? 0 : Integer.parseInt(digits);
            if (bound >= 0 && !digits.startsWith("+")) {
                return bound;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(option, text, "a range such as 100-200, 100- or -200");
    }

    /** "2.50" or "$2.50" in micro-dollars. */
    public static long micros(String option, String text) {
        try {
            return new BigDecimal(text.startsWith("$") ? text.substring(1) : text)
                    .multiply(MICROS_PER_DOLLAR)
                    .longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(option, text, "an amount of dollars such as 2.50, with at most six decimals");
        }
    }

    /** "10s", "5m", "1h", "250ms", or a number of seconds. */
    public static Duration duration(String option, String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        try {
            long amount = Long.parseLong(text.substring(0, digits));
            return switch (text.substring(digits)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s", "" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> throw wrong(option, text, "a duration such as 10s, 5m or 1h");
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(option, text, "a duration such as 10s, 5m or 1h");
        }
    }

    /** K=V words as a map; values may hold '='. The same key twice is refused. */
    public static Map<String, String> pairs(String option, List<String> words) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw wrong(option, word, "a pair such as KEY=VALUE");
            }
            String key = word.substring(0, equals);
            if (pairs.put(key, word.substring(equals + 1)) != null) {
                throw CliFailure.usage(option + " names " + key + " twice", "Give each key once");
            }
        }
        return pairs;
    }

    /** The constant of a name in any case, with '-' for '_'. */
    public static <E extends Enum<E>> E constant(String option, String text, List<E> known) {
        String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
        for (E constant : known) {
            if (constant.name().equals(wanted)) {
                return constant;
            }
        }
        String names = String.join(", ", known.stream().map(Enum::name).toList());
        throw wrong(option, text, "one of " + names.toLowerCase(Locale.ROOT));
    }

    private static CliFailure wrong(String option, String text, String wanted) {
        return CliFailure.usage("The value '" + text + "' of " + option + " is not understood", "Give " + wanted);
    }
}
