package dev.berth.cli.render;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Numbers as people read them: ages, durations, dollars, sizes, CPU shares. Pure but for the clock that comes in. */
public final class Human {
    private static final int MICROS_PER_DOLLAR = 1_000_000;

    private Human() {}

    /** Time since {@code then}: "12s", "5m", "3h", "4d"; "-" when unset. */
    public static String age(boolean known, Timestamp then, InstantSource clock) {
        if (!known) {
            return "-";
        }
        long seconds = Math.max(0, clock.instant().getEpochSecond() - then.getSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + "m";
        }
        if (seconds < 48 * 3600) {
            return seconds / 3600 + "h";
        }
        return seconds / 86_400 + "d";
    }

    /** A point in time in UTC, to the millisecond: "2026-01-31T10:00:00.250Z". */
    public static String time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    /** "10s", "1m30s", "250ms", "0s". */
    public static String duration(Duration duration) {
        if (!duration.isZero() && duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        String text = "";
        if (seconds >= 3600) {
            text += seconds / 3600 + "h";
        }
        if (seconds % 3600 >= 60) {
            text += seconds % 3600 / 60 + "m";
        }
        return seconds % 60 == 0 && !text.isEmpty() ? text : text + seconds % 60 + "s";
    }

    /** "$0.44"; more digits only where they count. "-" for 0, which means no price. */
    public static String dollars(long micros) {
        if (micros == 0) {
            return "-";
        }
        long fraction = Math.abs(micros % MICROS_PER_DOLLAR);
        String digits = Long.toString(MICROS_PER_DOLLAR + fraction).substring(1);
        int length = 6;
        while (length > 2 && digits.charAt(length - 1) == '0') {
            length--;
        }
        return (micros < 0 ? "-$" : "$") + Math.abs(micros / MICROS_PER_DOLLAR) + "." + digits.substring(0, length);
    }

    /** MiB as GB (2^30): "90 GB", "33.33 GB". */
    public static String gigabytes(long mebibytes) {
        return hundredths(mebibytes * 100 / 1024) + " GB";
    }

    /** Bytes in the unit that shows them best: "12 KB", "3.5 GB"; a unit is 1024 of the one before. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, 4);
        return hundredths(Math.multiplyExact(bytes >> (10 * (unit - 1)), 100) / 1024) + " " + " KMGT".charAt(unit)
                + "B";
    }

    /** Hundredths as a number: 1600 is "16", 25 is "0.25". */
    public static String hundredths(long hundredths) {
        long rest = hundredths % 100;
        if (rest == 0) {
            return Long.toString(hundredths / 100);
        }
        String digits = rest < 10 ? "0" + rest : Long.toString(rest);
        return hundredths / 100 + "." + (digits.endsWith("0") ? digits.substring(0, 1) : digits);
    }
}
