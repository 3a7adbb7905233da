package dev.berth.cli.workload;

import dev.berth.cli.render.Facts;
import dev.berth.proto.v1.PodSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** What a change made of a description, fact by fact, for people: "image: a -> b". Pure. */
public final class SpecChanges {
    private static final int NO_WIDTH = 0;

    private SpecChanges() {}

    public static List<String> between(PodSpec before, PodSpec after) {
        Map<String, String> old = facts(before);
        Map<String, String> present = facts(after);
        SequencedSet<String> labels = new LinkedHashSet<>(old.keySet());
        labels.addAll(present.keySet());
        List<String> changes = new ArrayList<>();
        for (String label : labels) {
            String was = old.getOrDefault(label, "-");
            String is = present.getOrDefault(label, "-");
            if (!was.equals(is)) {
                changes.add(label + ": " + was + " -> " + is);
            }
        }
        return changes;
    }

    private static Map<String, String> facts(PodSpec spec) {
        Facts facts = new Facts(NO_WIDTH).line("name", spec.getName());
        SpecFacts.add(spec, facts);
        return facts.byLabel();
    }
}
