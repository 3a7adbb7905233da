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

    private static final String RANGE = "a range such as 100-200, 100-, -200 or 150";
    private static final String DURATION = "a duration such as 10s, 5m, 1h or 2d";

    private Values() {}

    /** "100-200", "100-" (at least), "-200" (at most) or "100" (exactly). */
    public static IntRange range(String option, String text) {
        int dash = text.indexOf('-');
        String min = dash < 0 ? text : text.substring(0, dash);
        String max = dash < 0 ? text : text.substring(dash + 1);
        if (min.isEmpty() && max.isEmpty()) {
            throw wrong(option, text, RANGE);
        }
        IntRange range = IntRange.newBuilder()
                .setMin(bound(option, text, min))
                .setMax(bound(option, text, max))
                .build();
        // In the API 0 is an open end; typed as the upper one it would mean the opposite of what it says.
        if (!max.isEmpty() && range.getMax() < Math.max(1, range.getMin())) {
            throw CliFailure.usage("The range '" + text + "' of " + option + " is empty", "Give " + RANGE);
        }
        return range;
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
        throw wrong(option, text, RANGE);
    }

    /** "2.50" or "$2.50" in micro-dollars. */
    public static long micros(String option, String text) {
        String amount = text.startsWith("$") ? text.substring(1) : text;
        try {
            // Neither a sign nor an exponent: both are slips of the hand in an amount of money.
            if (amount.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')) {
                return new BigDecimal(amount).multiply(MICROS_PER_DOLLAR).longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Said below.
        }
        throw wrong(option, text, "an amount of dollars such as 2.50, with at most six decimals");
    }

    /** "10s", "5m", "1h", "2d", "250ms", or a number of seconds. */
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
                case "d" -> Duration.ofDays(amount);
                default -> throw wrong(option, text, DURATION);
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(option, text, DURATION);
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

    /** The constant that a word stands for. */
    public static <E> E word(String option, String text, Map<String, E> known) {
        E constant = known.get(text.toLowerCase(Locale.ROOT));
        if (constant == null) {
            throw wrong(option, text, "one of " + String.join(", ", known.keySet()));
        }
        return constant;
    }

    /** A version of two whole numbers: "12.4". */
    public static String version(String option, String text) {
        int dot = text.indexOf('.');
        boolean digits = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        if (!digits || dot < 1 || dot != text.lastIndexOf('.') || dot == text.length() - 1 || text.length() > 9) {
            throw wrong(option, text, "a version of two numbers such as 12.4");
        }
        return text;
    }

    /** A version of a resource, from 1 on. */
    public static long positive(String option, String text) {
        try {
            long number = Long.parseLong(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(option, text, "a number from 1 on");
    }

    private static CliFailure wrong(String option, String text, String wanted) {
        return CliFailure.usage("The value '" + text + "' of " + option + " is not understood", "Give " + wanted);
    }
}
