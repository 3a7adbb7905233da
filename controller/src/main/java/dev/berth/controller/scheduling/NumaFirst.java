package dev.berth.controller.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * CPU units: all of one NUMA node where they fit, of the node that has least to spare; else of as few nodes as can be.
 * The lowest numbers of a node first.
 */
record NumaFirst(List<Integer> numaNodes) implements UnitChoice {
    @Override
    public long[] choose(long[] free, int count) {
        NavigableMap<Integer, List<Integer>> freeByNode = new TreeMap<>();
        for (int unit = 0; unit < numaNodes.size(); unit++) {
            if (((free[unit >>> 6] >>> unit) & 1) != 0) {
                freeByNode
                        .computeIfAbsent(numaNodes.get(unit), node -> new ArrayList<>())
                        .add(unit);
            }
        }
        // Stable, so that of equal nodes the lowest comes first.
        List<List<Integer>> fullestFirst = freeByNode.values().stream()
                .sorted(Comparator.comparingInt(List::size))
                .toList();
        long[] chosen = new long[free.length];
        for (List<Integer> node : fullestFirst) {
            if (node.size() >= count) {
                take(node, count, chosen);
                return chosen;
            }
        }
        List<List<Integer>> emptiestFirst = freeByNode.values().stream()
                .sorted(Comparator.<List<Integer>>comparingInt(List::size).reversed())
                .toList();
        int missing = count;
        for (List<Integer> node : emptiestFirst) {
            missing -= take(node, missing, chosen);
        }
        return chosen;
    }

    private static int take(List<Integer> units, int count, long[] chosen) {
        int taken = Math.min(units.size(), count);
        for (int unit : units.subList(0, taken)) {
            chosen[unit >>> 6] |= 1L << unit;
        }
        return taken;
    }
}
