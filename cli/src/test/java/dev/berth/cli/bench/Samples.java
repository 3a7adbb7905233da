package dev.berth.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What was measured, one value a round. Used by one thread. */
final class Samples {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    int count() {
        return values.size();
    }

    double median() {
        return quantile(0.5);
    }

    double lowerQuarter() {
        return quantile(0.25);
    }

    double upperQuarter() {
        return quantile(0.75);
    }

    private double quantile(double share) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        double place = share * (sorted.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }

    /** A JSON object of the median and the quarters. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"median\":%.1f,\"lower_quarter\":%.1f,\"upper_quarter\":%.1f}",
                median(),
                lowerQuarter(),
                upperQuarter());
    }
}
