package dev.berth.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of one thing, a line for each fact: a label, blanks, the value. Facts that are empty are left out, and
 * values are made safe for a terminal here. Filled and printed by one verb on its thread.
 */
public final class Facts {
    private record Line(String label, String value) {}

    private final List<Line> lines = new ArrayList<>();
    private final int labelWidth;

    public Facts(int labelWidth) {
        this.labelWidth = labelWidth;
    }

    public Facts line(String label, String value) {
        if (!value.isEmpty()) {
            lines.add(new Line(label, Escape.cell(value)));
        }
        return this;
    }

    /** In the order of the lines; of a label that is there twice the last. */
    public Map<String, String> byLabel() {
        Map<String, String> facts = new LinkedHashMap<>();
        lines.forEach(line -> facts.put(line.label, line.value));
        return facts;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(line.label)
                    .repeat(' ', Math.max(1, labelWidth - line.label.length()))
                    .append(line.value)
                    .append('\n');
        }
        return text.toString();
    }
}
