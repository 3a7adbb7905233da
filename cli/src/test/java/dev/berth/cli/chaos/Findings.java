package dev.berth.cli.chaos;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What must not happen and did, in the order in which it was noticed; each told at once. Any thread. */
final class Findings {
    enum Kind {
        /** An acknowledged call has no effect, or another one. */
        LOST,
        /** A file is not what was written. */
        DATA,
        /** Two containers had one unit at the same time. */
        UNIT_TWICE,
        /** A container was started a second time, or a second one was made for the same incarnation. */
        RESTARTED,
        /** What should be so at rest is not. */
        UNSETTLED,
        /** A process ended without being killed, or the run could not watch. */
        BROKEN
    }

    private final PrintStream out;
    private final List<String> sentences = new ArrayList<>();
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    Findings(PrintStream out) {
        this.out = out;
    }

    synchronized void add(Kind kind, String sentence) {
        String line = kind + ": " + sentence;
        sentences.add(line);
        counts.merge(kind, 1, Integer::sum);
        note(line);
    }

    /** What a person who watches wants to know. */
    synchronized void note(String line) {
        out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
    }

    synchronized int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    synchronized List<String> all() {
        return List.copyOf(sentences);
    }
}
