package dev.berth.controller.scheduling;

/** The lowest numbers: for units among which nothing tells a better choice. */
record LowestFirst() implements UnitChoice {
    @Override
    public long[] choose(long[] free, int count) {
        long[] chosen = new long[free.length];
        int missing = count;
        for (int word = 0; word < free.length && missing > 0; word++) {
            long rest = free[word];
            while (rest != 0 && missing > 0) {
                chosen[word] |= Long.lowestOneBit(rest);
                rest &= rest - 1;
                missing--;
            }
        }
        return chosen;
    }
}
