package dev.berth.agent.transfer;

import java.util.Arrays;

/** Walks through the cells of a file that have data, in order. Both ends do, so a cell's number is all that is sent. One thread. */
final class CellCursor {
    private final DataMap map;
    private int extent;
    /** Where in the extent the next cell begins; 0 stands for its start. */
    private long from;

    private long[] offsets = new long[8];
    private int[] lengths = new int[8];

    CellCursor(DataMap map) {
        this.map = map;
    }

    /** How many cells a file of this size has at most. */
    static long gridCells(long fileBytes) {
        return (fileBytes + Cell.BYTES - 1) / Cell.BYTES;
    }

    boolean hasNext() {
        return extent < map.extents();
    }

    Cell next() {
        long number = Math.max(from, map.start(extent)) / Cell.BYTES;
        long cellEnd = (number + 1) * Cell.BYTES;
        int pieces = 0;
        int dataBytes = 0;
        while (extent < map.extents()) {
            long start = Math.max(from, map.start(extent));
            if (start >= cellEnd) {
                break;
            }
            long end = Math.min(map.end(extent), cellEnd);
            if (pieces == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * pieces);
                lengths = Arrays.copyOf(lengths, 2 * pieces);
            }
            offsets[pieces] = start;
            lengths[pieces++] = (int) (end - start);
            dataBytes += (int) (end - start);
            from = end;
            if (end < map.end(extent)) {
                break;
            }
            extent++;
        }
        return new Cell(number, Arrays.copyOf(offsets, pieces), Arrays.copyOf(lengths, pieces), dataBytes);
    }
}
