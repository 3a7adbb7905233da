package dev.berth.controller.scheduling;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Units of one model in one region, kept up to date change by change. Part of {@link FreeUnits}, same thread. */
final class StockCount {
    private final String region;
    private final String gpuModel;
    private int totalUnits;
    private int[] hostsBySize = new int[9];
    private int[] hostsByFree = new int[9];

    StockCount(String region, String gpuModel) {
        this.region = region;
        this.gpuModel = gpuModel;
    }

    void countHost(int units, int change) {
        hostsBySize = sized(hostsBySize, units);
        hostsBySize[units] += change;
        totalUnits += units * change;
    }

    /** A host's free units changed; -1 stands for a host that takes no pods. */
    void move(int before, int after) {
        if (before >= 0) {
            hostsByFree[before]--;
        }
        if (after >= 0) {
            hostsByFree = sized(hostsByFree, after);
            hostsByFree[after]++;
        }
    }

    private static int[] sized(int[] counts, int index) {
        return index < counts.length ? counts : Arrays.copyOf(counts, Math.max(index + 1, counts.length * 2));
    }

    boolean isEmpty() {
        return totalUnits == 0;
    }

    Stock read() {
        int largest = hostsBySize.length - 1;
        while (largest > 0 && hostsBySize[largest] == 0) {
            largest--;
        }
        int idle = 0;
        NavigableMap<Integer, Integer> hostsByBlock = new TreeMap<>();
        for (int block = 1; block <= largest; block *= 2) {
            hostsByBlock.put(block, 0);
        }
        for (int free = 1; free < hostsByFree.length; free++) {
            idle += free * hostsByFree[free];
            int hosts = hostsByFree[free];
            hostsByBlock.headMap(free, true).replaceAll((block, sum) -> sum + hosts);
        }
        return new Stock(region, gpuModel, totalUnits, idle, hostsByBlock);
    }
}
