package dev.berth.controller.simulation;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** All chance of one run, from its seed. Which faults strike, and how often, is drawn first: all at once hide bugs. */
final class Chance {
    private final SplittableRandom random;
    private final Map<Fault, Integer> permille = new EnumMap<>(Fault.class);
    private final Set<Fault> struck = EnumSet.noneOf(Fault.class);
    private boolean quiet;

    /** @param broughtOutBy faults that strike as often as they ever do; where they are the controller's, no others of it */
    Chance(long seed, Set<Fault> broughtOutBy) {
        random = new SplittableRandom(seed);
        for (Fault fault : Fault.values()) {
            permille.put(fault, random.nextBoolean() ? 0 : random.nextInt(fault.maxPermille + 1));
        }
        if (random.nextInt(3) == 0) {
            // Only a controller that stays up for minutes ever takes a host for lost.
            Fault.OF_CONTROLLER.forEach(fault -> permille.put(fault, 0));
        }
        if (broughtOutBy.stream().anyMatch(Fault.OF_CONTROLLER::contains)) {
            Fault.OF_CONTROLLER.forEach(fault -> permille.put(fault, 0));
        }
        broughtOutBy.forEach(fault -> permille.put(fault, fault.maxPermille));
        if (permille.getOrDefault(Fault.FILE_LOST, 0) > 0) {
            // With the file and the container both gone nobody can know that the pod ever ran.
            permille.put(Fault.REMOVED_BY_HAND, 0);
        }
    }

    /** From now on nothing goes wrong. */
    void quiet() {
        quiet = true;
    }

    boolean isQuiet() {
        return quiet;
    }

    boolean strikes(Fault fault) {
        int share = permille.getOrDefault(fault, 0);
        boolean now = !quiet && share > 0 && random.nextInt(1000) < share;
        if (now) {
            struck.add(fault);
        }
        return now;
    }

    Set<Fault> struck() {
        return struck;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    long between(long from, long to) {
        return random.nextLong(from, to + 1);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Sixteen letters and digits, as ids are. */
    String id() {
        StringBuilder id = new StringBuilder(16);
        for (int i = 0; i < 16; i++) {
            id.append(Character.forDigit(random.nextInt(36), 36));
        }
        return id.toString();
    }

    @Override
    public String toString() {
        return permille.toString();
    }
}
