package dev.berth.controller.scheduling;

import java.util.NavigableMap;

/**
 * What there is of one model in one region.
 *
 * @param totalUnits of all hosts that have joined, also busy, drained and lost ones
 * @param idleUnits free on hosts that are open and answer
 * @param hostsByBlock size of a block (1, 2, 4, 8 … up to the largest host) to the hosts that have as many free units
 */
public record Stock(
        String region, String gpuModel, int totalUnits, int idleUnits, NavigableMap<Integer, Integer> hostsByBlock) {}
