package dev.berth.controller.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which pods of one host give way so that so many units come free: the lowest highest bid, then fewest pods, then the
 * youngest ones. None of them is superfluous. Pure.
 */
final class PreemptionChoice {
    private PreemptionChoice() {}

    /** In order of bids; empty when all of them together do not hold enough. */
    static List<PreemptionVictim> of(List<PreemptionVictim> eligible, int missingUnits) {
        List<PreemptionVictim> byBid = new ArrayList<>(eligible);
        byBid.sort(Comparator.naturalOrder());
        int units = 0;
        int cheapest = 0;
        while (units < missingUnits && cheapest < byBid.size()) {
            units += byBid.get(cheapest++).units();
        }
        if (units < missingUnits) {
            return List.of();
        }
        long highestBid = byBid.get(cheapest - 1).bidMicros();
        List<PreemptionVictim> youngestFirst = new ArrayList<>();
        for (PreemptionVictim victim : byBid) {
            if (victim.bidMicros() <= highestBid) {
                youngestFirst.add(victim);
            }
        }
        youngestFirst.sort(PreemptionVictim.YOUNGEST_FIRST);
        List<PreemptionVictim> chosen = youngest(youngestFirst, fewest(youngestFirst, missingUnits), missingUnits);
        chosen.sort(Comparator.naturalOrder());
        return chosen;
    }

    private static int fewest(List<PreemptionVictim> victims, int missingUnits) {
        int pods = 0;
        while (most(victims, 0, pods) < missingUnits) {
            pods++;
        }
        return pods;
    }

    /** Units of the {@code pods} largest from this one on. */
    private static int most(List<PreemptionVictim> victims, int from, int pods) {
        return victims.subList(from, victims.size()).stream()
                .map(PreemptionVictim::units)
                .sorted(Comparator.reverseOrder())
                .limit(pods)
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Takes the youngest for as long as those after it can still make up the rest with the pods that are left. */
    private static List<PreemptionVictim> youngest(List<PreemptionVictim> victims, int pods, int missingUnits) {
        List<PreemptionVictim> chosen = new ArrayList<>(pods);
        int missing = missingUnits;
        for (int i = 0; i < victims.size() && chosen.size() < pods; i++) {
            int units = victims.get(i).units();
            if (units + most(victims, i + 1, pods - chosen.size() - 1) >= missing) {
                chosen.add(victims.get(i));
                missing -= units;
            }
        }
        return chosen;
    }
}
