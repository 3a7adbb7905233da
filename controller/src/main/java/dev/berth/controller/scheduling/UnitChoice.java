package dev.berth.controller.scheduling;

import dev.berth.controller.model.GpuLink;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says which free units of a group a pod gets. Hosts of one shape share one; called by the index's thread alone. */
sealed interface UnitChoice permits LowestFirst, NumaFirst, BestConnected {
    /** So many of the free units, as bits; {@code count} is at least 1 and not above what is free. */
    long[] choose(long[] free, int count);

    static UnitChoice of(UnitGroup group) {
        if (group.isCpu()) {
            return group.numaNodes().stream().distinct().count() > 1
                    ? new NumaFirst(group.numaNodes())
                    : new LowestFirst();
        }
        if (group.size() > Long.SIZE || group.size() < 3) {
            return new LowestFirst();
        }
        long[][] weights = weights(group.links(), group.numaNodes());
        return isUniform(weights) ? new LowestFirst() : new BestConnected(weights);
    }

    /** How well each pair is connected: NVLinks count before switches, switches before sockets. */
    static long[][] weights(List<GpuLink> links, List<Integer> numaNodes) {
        int units = numaNodes.size();
        long[][] weights = new long[units][units];
        for (int i = 0; i < units; i++) {
            for (int j = 0; j < i; j++) {
                boolean oneSocket = numaNodes.get(i) >= 0 && numaNodes.get(i).equals(numaNodes.get(j));
                weights[i][j] = oneSocket ? 1 : 0;
                weights[j][i] = weights[i][j];
            }
        }
        for (GpuLink link : links) {
            long weight = switch (link.connection()) {
                case NVLINK -> (long) Math.clamp(link.nvlinks(), 1, 1000) << 32;
                case SWITCH -> 1L << 16;
                case SOCKET -> 1L;
            };
            weights[link.first()][link.second()] = weight;
            weights[link.second()][link.first()] = weight;
        }
        return weights;
    }

    private static boolean isUniform(long[][] weights) {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < i; j++) {
                seen.add(weights[i][j]);
            }
        }
        return seen.size() < 2;
    }
}
