package dev.berth.controller.scheduling;

import java.util.HashMap;
import java.util.Map;

/**
 * GPUs by their connections, at most 64: the set whose pairs have most NVLinks, then most common switches, then most
 * common sockets; of equal ones that which leaves the rest best connected, then that of the lowest numbers. Exact where
 * there are few sets to compare, else grown from each GPU and bettered by swaps. Remembers its choices, which only
 * depend on what is free.
 */
final class BestConnected implements UnitChoice {
    private static final int EXACT_SETS = 600;
    private static final int SMALL = 8;
    private static final int REMEMBERED = 4096;
    private static final int SEEDS = 16;

    private final long[][] weights;
    /** For at most eight GPUs, by free set and count; 0 where not known yet. */
    private final byte[] small;

    private final Map<Asked, Long> large = new HashMap<>();

    private record Asked(long free, int count) {}

    BestConnected(long[][] weights) {
        this.weights = weights;
        this.small = new byte[weights.length <= SMALL ? 1 << (SMALL + 3) : 0];
    }

    @Override
    public long[] choose(long[] free, int count) {
        return new long[] {choose(free[0], count)};
    }

    long choose(long free, int count) {
        if (count == Long.bitCount(free)) {
            return free;
        }
        if (small.length > 0) {
            int key = ((int) free << 3) | (count - 1);
            if (small[key] == 0) {
                small[key] = (byte) compare(free, count);
            }
            return small[key] & 0xffL;
        }
        if (large.size() >= REMEMBERED) {
            large.clear();
        }
        return large.computeIfAbsent(new Asked(free, count), asked -> compare(free, count));
    }

    private long compare(long free, int count) {
        return sets(Long.bitCount(free), count) <= EXACT_SETS ? best(free, count) : good(free, count);
    }

    /** The best of all sets. */
    long best(long free, int count) {
        int units = Long.bitCount(free);
        long best = 0;
        // All numbers of so many bits, rising (Gosper); each stands for a set of places among the free ones.
        long places = (1L << count) - 1;
        for (long sets = sets(units, count); sets > 0; sets--) {
            best = better(Long.expand(places, free), best, free);
            long lowest = places & -places;
            long ripple = places + lowest;
            places = ripple | ((places ^ ripple) >>> (2 + Long.numberOfTrailingZeros(lowest)));
        }
        return best;
    }

    /** A good set: grown greedily from each of the first free GPUs, then swapped until no swap helps. */
    long good(long free, int count) {
        long best = 0;
        int seeds = 0;
        for (long rest = free; rest != 0 && seeds < SEEDS; rest &= rest - 1, seeds++) {
            long chosen = Long.lowestOneBit(rest);
            while (Long.bitCount(chosen) < count) {
                chosen |= 1L << mostConnected(free & ~chosen, chosen);
            }
            best = better(swapped(chosen, free), best, free);
        }
        return best;
    }

    private long swapped(long start, long free) {
        long chosen = start;
        boolean improved = true;
        while (improved) {
            improved = false;
            for (long out = chosen; out != 0 && !improved; out &= out - 1) {
                long without = chosen & ~Long.lowestOneBit(out);
                int in = mostConnected(free & ~chosen, without);
                int given = Long.numberOfTrailingZeros(out);
                if (connection(in, without) > connection(given, without)) {
                    chosen = without | (1L << in);
                    improved = true;
                }
            }
        }
        return chosen;
    }

    private int mostConnected(long candidates, long chosen) {
        int best = -1;
        for (long rest = candidates; rest != 0; rest &= rest - 1) {
            int unit = Long.numberOfTrailingZeros(rest);
            if (best < 0 || connection(unit, chosen) > connection(best, chosen)) {
                best = unit;
            }
        }
        return best;
    }

    private long connection(int unit, long chosen) {
        long sum = 0;
        for (long rest = chosen; rest != 0; rest &= rest - 1) {
            sum += weights[unit][Long.numberOfTrailingZeros(rest)];
        }
        return sum;
    }

    /** Sum over all pairs of the set. */
    long connection(long set) {
        long sum = 0;
        for (long rest = set; rest != 0; rest &= rest - 1) {
            sum += connection(Long.numberOfTrailingZeros(rest), rest & rest - 1);
        }
        return sum;
    }

    private long better(long one, long other, long free) {
        if (other == 0) {
            return one;
        }
        int order = Long.compare(connection(one), connection(other));
        if (order == 0) {
            order = Long.compare(connection(free & ~one), connection(free & ~other));
        }
        if (order == 0) {
            long lowestDifference = Long.lowestOneBit(one ^ other);
            order = (one & lowestDifference) != 0 ? 1 : -1;
        }
        return order > 0 ? one : other;
    }

    /** Number of sets of {@code count} out of {@code units}, or some number above a million. */
    private static long sets(int units, int count) {
        long sets = 1;
        for (int i = 1; i <= Math.min(count, units - count) && sets <= 1_000_000; i++) {
            sets = sets * (units - i + 1) / i;
        }
        return sets;
    }
}
