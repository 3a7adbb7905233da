package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreemptionChoiceTest {
    private static final HostId HOST = new HostId("a");

    private static PreemptionVictim victim(int number, int units, long bid, long runningMillis) {
        return new PreemptionVictim(new PodId("p" + number), HOST, "M", units, bid, runningMillis, 0, 0);
    }

    @Test
    void ofAllSetsThatMakeRoomTheBestIsTaken() {
        Random random = new Random(7);
        int possible = 0;
        for (int round = 0; round < 20_000; round++) {
            List<PreemptionVictim> eligible = new ArrayList<>();
            int left = 8;
            for (int i = 0; i < 8 && left > 0; i++) {
                int units = 1 + random.nextInt(Math.min(4, left));
                left -= units;
                // Ages differ, so that there is one best set.
                eligible.add(victim(i, units, 1 + random.nextInt(3), 100L * random.nextInt(50) + i));
            }
            int missing = 1 + random.nextInt(8);
            List<PreemptionVictim> best = bruteForce(eligible, missing);
            assertThat(PreemptionChoice.of(eligible, missing))
                    .as("round %s: %s of %s", round, missing, eligible)
                    .containsExactlyInAnyOrderElementsOf(best);
            possible += best.isEmpty() ? 0 : 1;
        }
        assertThat(possible).isGreaterThan(5_000);
    }

    private static List<PreemptionVictim> bruteForce(List<PreemptionVictim> eligible, int missing) {
        List<PreemptionVictim> best = List.of();
        for (int set = 1; set < 1 << eligible.size(); set++) {
            List<PreemptionVictim> chosen = new ArrayList<>();
            for (int i = 0; i < eligible.size(); i++) {
                if ((set & 1 << i) != 0) {
                    chosen.add(eligible.get(i));
                }
            }
            int units = chosen.stream().mapToInt(PreemptionVictim::units).sum();
            if (units >= missing && (best.isEmpty() || isBetter(chosen, best))) {
                best = chosen;
            }
        }
        return best;
    }

    private static boolean isBetter(List<PreemptionVictim> one, List<PreemptionVictim> other) {
        int byBid = Long.compare(highestBid(one), highestBid(other));
        if (byBid != 0) {
            return byBid < 0;
        }
        if (one.size() != other.size()) {
            return one.size() < other.size();
        }
        List<Long> ages = ages(one);
        List<Long> others = ages(other);
        for (int i = 0; i < ages.size(); i++) {
            int byAge = Long.compare(others.get(i), ages.get(i));
            if (byAge != 0) {
                return byAge < 0;
            }
        }
        return false;
    }

    private static long highestBid(List<PreemptionVictim> victims) {
        return victims.stream().mapToLong(PreemptionVictim::bidMicros).max().orElseThrow();
    }

    private static List<Long> ages(List<PreemptionVictim> victims) {
        return victims.stream()
                .map(PreemptionVictim::runningMillis)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    @Test
    void nobodyGivesWayInVain() {
        assertThat(PreemptionChoice.of(List.of(victim(1, 2, 1, 1), victim(2, 2, 1, 2)), 5))
                .isEmpty();
    }
}
