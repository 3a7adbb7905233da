package dev.berth.controller.trace;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Other ways to fill the same hosts when all tasks arrive and none leaves: plain arrays, nothing shared with the core.
 * Each returns the units held when the first task found no place.
 */
final class Packing {
    private final Trace trace;

    Packing(Trace trace) {
        this.trace = trace;
    }

    /** Any host that has room, each with the same chance. */
    int randomFit(RandomGenerator random) {
        return fill((free, gpus) -> {
            int chosen = -1;
            int candidates = 0;
            for (int host = 0; host < free.length; host++) {
                if (free[host] >= gpus && random.nextInt(++candidates) == 0) {
                    chosen = host;
                }
            }
            return chosen;
        });
    }

    /** The emptiest host. */
    int worstFit() {
        return fill((free, gpus) -> {
            int emptiest = 0;
            for (int host = 1; host < free.length; host++) {
                emptiest = free[host] > free[emptiest] ? host : emptiest;
            }
            return free[emptiest] >= gpus ? emptiest : -1;
        });
    }

    /** Necessary, not sufficient: no packing can hold more before its first refusal. */
    int upperBound() {
        List<Trace.TracedHost> hosts = trace.hosts();
        int held = 0;
        int[] tasksOfAtLeast = new int[9];
        for (Trace.Task task : trace.tasks()) {
            for (int size = 1; size <= task.gpus(); size++) {
                tasksOfAtLeast[size]++;
            }
            for (int size = 1; size <= 8; size++) {
                int least = size;
                int room = hosts.stream().mapToInt(host -> host.gpus() / least).sum();
                if (tasksOfAtLeast[size] > room) {
                    return held;
                }
            }
            if (held + task.gpus() > trace.gpus()) {
                return held;
            }
            held += task.gpus();
        }
        return held;
    }

    private interface Choice {
        /** Host with at least so many free units; -1 for none. */
        int of(int[] free, int gpus);
    }

    private int fill(Choice choice) {
        int[] free = trace.hosts().stream().mapToInt(Trace.TracedHost::gpus).toArray();
        int held = 0;
        for (Trace.Task task : trace.tasks()) {
            int host = choice.of(free, task.gpus());
            if (host < 0) {
                return held;
            }
            free[host] -= task.gpus();
            held += task.gpus();
        }
        return held;
    }
}
