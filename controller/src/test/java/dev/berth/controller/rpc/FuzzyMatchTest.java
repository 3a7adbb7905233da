package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FuzzyMatchTest {
    @Test
    void ranksExactThenPrefixThenSubstringThenSubsequenceThenDistance() {
        assertThat(rank("Trainer", "trainer")).hasValue(0);
        assertThat(rank("train", "trainer-2")).hasValue(1);
        assertThat(rank("train", "big-train")).hasValue(2);
        assertThat(rank("tnr", "trainer")).hasValue(3);
        assertThat(rank("trainxr", "trainer")).hasValue(4);
        assertThat(rank("traixxr", "trainer")).isEmpty();
        assertThat(rank("abcdefghijkl", "abXdeXghiXkl")).hasValue(6);
        assertThat(rank("abcdefghijkl", "abXdeXghiXkX")).isEmpty();
    }

    @Test
    void agreesWithTheDefinitionOnRandomWords() {
        SplittableRandom random = new SplittableRandom(11);
        int matches = 0;
        for (int i = 0; i < 50_000; i++) {
            String query = word(random, 1 + random.nextInt(10));
            String name = random.nextInt(3) == 0 ? mutated(random, query) : word(random, random.nextInt(12));
            OptionalInt rank = rank(query, name);
            assertThat(rank).as("%s against %s", query, name).isEqualTo(naive(query, name));
            matches += rank.isPresent() ? 1 : 0;
        }
        assertThat(matches).isBetween(5_000, 45_000);
    }

    private static OptionalInt rank(String query, String name) {
        return new FuzzyMatch(query).rank(name);
    }

    private static OptionalInt naive(String query, String name) {
        if (name.equals(query)) {
            return OptionalInt.of(0);
        }
        if (name.startsWith(query)) {
            return OptionalInt.of(1);
        }
        if (name.contains(query)) {
            return OptionalInt.of(2);
        }
        if (isSubsequence(query, name)) {
            return OptionalInt.of(3);
        }
        int distance = distance(query, name);
        return distance <= Math.max(1, query.length() / 4) ? OptionalInt.of(3 + distance) : OptionalInt.empty();
    }

    private static boolean isSubsequence(String query, String name) {
        return query.isEmpty()
                || (!name.isEmpty()
                        && isSubsequence(
                                query.charAt(0) == name.charAt(0) ? query.substring(1) : query, name.substring(1)));
    }

    private static int distance(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                } else {
                    int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                    table[i][j] = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
                }
            }
        }
        return table[a.length()][b.length()];
    }

    private static String word(SplittableRandom random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(4)));
        }
        return word.toString();
    }

    private static String mutated(SplittableRandom random, String word) {
        StringBuilder mutated = new StringBuilder(word);
        for (int i = 0; i < 1 + random.nextInt(3) && !mutated.isEmpty(); i++) {
            mutated.setCharAt(random.nextInt(mutated.length()), (char) ('a' + random.nextInt(4)));
        }
        return mutated.toString();
    }
}
