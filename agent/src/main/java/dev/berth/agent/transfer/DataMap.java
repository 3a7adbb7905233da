package dev.berth.agent.transfer;

import java.util.Arrays;

/** Where a file of a given size has data: extents in order, none empty, none touching the next. Immutable. */
final class DataMap {
    /** 4 MB of memory. A file in more pieces is described with the smallest gaps counted as data. */
    static final int MOST_EXTENTS = 1 << 18;

    private final long fileBytes;
    /** Start and end of each extent, in turn: ascending as a whole. */
    private final long[] bounds;

    private DataMap(long fileBytes, long[] bounds) {
        this.fileBytes = fileBytes;
        this.bounds = bounds;
    }

    long fileBytes() {
        return fileBytes;
    }

    int extents() {
        return bounds.length / 2;
    }

    long start(int extent) {
        return bounds[2 * extent];
    }

    long end(int extent) {
        return bounds[2 * extent + 1];
    }

    long dataBytes() {
        long sum = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            sum += bounds[i + 1] - bounds[i];
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DataMap map && map.fileBytes == fileBytes && Arrays.equals(map.bounds, bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return fileBytes + " bytes, " + dataBytes() + " of data in " + extents() + " extents";
    }

    /** Takes extents in order. One thread. */
    static final class Builder {
        private final long fileBytes;
        private final int most;
        private long[] bounds = new long[64];
        private int used;
        /** Gaps below this are data. */
        private long leastGapBytes = 1;

        Builder(long fileBytes) {
            this(fileBytes, MOST_EXTENTS);
        }

        Builder(long fileBytes, int most) {
            if (fileBytes < 0) {
                throw new IllegalArgumentException("a file of " + fileBytes + " bytes");
            }
            this.fileBytes = fileBytes;
            this.most = most;
        }

        /** @throws IllegalArgumentException when it is empty, not behind the last, or reaches beyond the file */
        void add(long start, long end) {
            long last = used == 0 ? 0 : bounds[used - 1];
            if (start < last || end <= start || end > fileBytes) {
                throw new IllegalArgumentException("an extent from " + start + " to " + end + " after " + last
                        + " in a file of " + fileBytes + " bytes");
            }
            if (used > 0 && start - last < leastGapBytes) {
                bounds[used - 1] = end;
                return;
            }
            while (used == 2 * most) {
                closeSmallestGaps();
            }
            if (used == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * used);
            }
            bounds[used++] = start;
            bounds[used++] = end;
        }

        private void closeSmallestGaps() {
            leastGapBytes = Math.max(8_192, 2 * leastGapBytes);
            int kept = 2;
            for (int i = 2; i < used; i += 2) {
                if (bounds[i] - bounds[kept - 1] < leastGapBytes) {
                    bounds[kept - 1] = bounds[i + 1];
                } else {
                    bounds[kept++] = bounds[i];
                    bounds[kept++] = bounds[i + 1];
                }
            }
            used = kept;
        }

        DataMap build() {
            return new DataMap(fileBytes, Arrays.copyOf(bounds, used));
        }
    }
}
