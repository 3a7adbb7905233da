package dev.berth.agent.gpu;

import java.util.BitSet;
import java.util.StringJoiner;

/** A set of CPUs written as the kernel writes lists: "0-15,32". Pure. */
final class CpuList {
    private CpuList() {}

    static String format(BitSet cpus) {
        StringJoiner list = new StringJoiner(",");
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int end = cpus.nextClearBit(first);
            list.add(end - 1 == first ? Integer.toString(first) : first + "-" + (end - 1));
            first = cpus.nextSetBit(end);
        }
        return list.toString();
    }
}
