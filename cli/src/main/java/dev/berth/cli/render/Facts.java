package dev.berth.cli.render;

/**
 * What is known of one thing, a line for each fact: a label, blanks, the value. Facts that are empty are left out, and
 * values are made safe for a terminal here. Filled and printed by one verb on its thread.
 */
public final class Facts {
    private final StringBuilder text = new StringBuilder();
    private final int labelWidth;

    public Facts(int labelWidth) {
        this.labelWidth = labelWidth;
    }

    public Facts line(String label, String value) {
        if (!value.isEmpty()) {
            text.append(label)
                    .repeat(' ', Math.max(1, labelWidth - label.length()))
                    .append(Escape.cell(value))
                    .append('\n');
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
