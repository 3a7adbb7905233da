package dev.berth.cli.render;

import java.util.ArrayList;
import java.util.List;

/**
 * An aligned table for people: a header, rows, two spaces between columns, no wrapping and no trailing blanks. Cells
 * are made safe for a terminal here. Filled and printed by one verb on its thread.
 */
public final class Table {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        this.header = List.of(header);
    }

    /** Adds a row; one cell for each column. */
    public Table row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("A row needs " + header.size() + " cells, not " + cells.length + ".");
        }
        List<String> row = new ArrayList<>(cells.length);
        for (String cell : cells) {
            row.add(Escape.cell(cell));
        }
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public String toString() {
        int[] widths = new int[header.size()];
        measure(header, widths);
        for (List<String> row : rows) {
            measure(row, widths);
        }
        StringBuilder text = new StringBuilder();
        line(text, header, widths);
        for (List<String> row : rows) {
            line(text, row, widths);
        }
        return text.toString();
    }

    private static void measure(List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            widths[i] = Math.max(widths[i], cell.codePointCount(0, cell.length()));
        }
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        int pad = 0;
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            if (!cell.isEmpty()) {
                text.repeat(' ', pad).append(cell);
                pad = 0;
            }
            pad += widths[i] - cell.codePointCount(0, cell.length()) + 2;
        }
        text.append('\n');
    }
}
