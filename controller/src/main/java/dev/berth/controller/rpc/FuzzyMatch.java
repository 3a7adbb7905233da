package dev.berth.controller.rpc;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * How well a name answers a query, case-insensitively: exact, then prefix, substring, subsequence, and an edit distance
 * of at most max(1, length/4) of the query. Pure; one per query, which it prepares once.
 */
final class FuzzyMatch {
    private final String query;
    private final int maxDistance;

    /** Two rows of the table of distances, reused for every name. */
    private int[] above;

    private int[] row;

    FuzzyMatch(String query) {
        this.query = query.toLowerCase(Locale.ROOT);
        this.maxDistance = Math.max(1, this.query.length() / 4);
        this.above = new int[this.query.length() + 1];
        this.row = new int[this.query.length() + 1];
    }

    /** Smaller is better: 0 exact, 1 prefix, 2 substring, 3 subsequence, 3 + distance; empty when it does not match. */
    OptionalInt rank(String name) {
        String candidate = name.toLowerCase(Locale.ROOT);
        if (candidate.equals(query)) {
            return OptionalInt.of(0);
        }
        if (candidate.startsWith(query)) {
            return OptionalInt.of(1);
        }
        if (candidate.contains(query)) {
            return OptionalInt.of(2);
        }
        if (isSubsequence(candidate)) {
            return OptionalInt.of(3);
        }
        int distance = distance(candidate);
        return distance <= maxDistance ? OptionalInt.of(3 + distance) : OptionalInt.empty();
    }

    private boolean isSubsequence(String candidate) {
        int matched = 0;
        for (int i = 0; i < candidate.length() && matched < query.length(); i++) {
            if (candidate.charAt(i) == query.charAt(matched)) {
                matched++;
            }
        }
        return matched == query.length();
    }

    /** Insertions, deletions and replacements; more than {@code maxDistance} is not counted to the end. */
    private int distance(String candidate) {
        if (Math.abs(candidate.length() - query.length()) > maxDistance) {
            return Integer.MAX_VALUE;
        }
        for (int j = 0; j <= query.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= candidate.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= query.length(); j++) {
                int replaced = above[j - 1] + (candidate.charAt(i - 1) == query.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
                least = Math.min(least, row[j]);
            }
            if (least > maxDistance) {
                return Integer.MAX_VALUE;
            }
            int[] swapped = above;
            above = row;
            row = swapped;
        }
        return above[query.length()];
    }
}
