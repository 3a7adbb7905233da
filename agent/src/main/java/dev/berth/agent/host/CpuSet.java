package dev.berth.agent.host;

import java.util.BitSet;
import java.util.StringJoiner;

/** CPUs as the kernel writes lists: {@code 0-15,32}. Pure. */
public final class CpuSet {
    private CpuSet() {}

    /**
     * Reads a list; empty text is the empty set.
     *
     * @throws IllegalArgumentException for anything that is not such a list
     */
    public static BitSet parse(String list) {
        BitSet cpus = new BitSet();
        for (String part : list.strip().split(",")) {
            if (part.isEmpty()) {
                continue;
            }
            String[] ends = part.split("-", 2);
            try {
                int first = Integer.parseInt(ends[0].strip());
                int last = ends.length == 1 ? first : Integer.parseInt(ends[1].strip());
                cpus.set(first, last + 1);
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException("\"" + list + "\" is no list of CPUs such as 0-3,8", e);
            }
        }
        return cpus;
    }

    public static String format(BitSet cpus) {
        StringJoiner list = new StringJoiner(",");
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int end = cpus.nextClearBit(first);
            list.add(end - 1 == first ? Integer.toString(first) : first + "-" + (end - 1));
            first = cpus.nextSetBit(end);
        }
        return list.toString();
    }
}
