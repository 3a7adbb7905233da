package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import java.util.Comparator;
import java.util.List;

/**
 * The host that would take a request once these pods are gone from it; with no victims it waits for units that are
 * being freed for others and that those do not need.
 *
 * @param graceMillis longest grace among the victims
 */
public record PreemptionPlan(HostId hostId, String gpuModel, List<PodId> victims, long graceMillis) {

    /** A plan with what it is judged by. */
    record Judged(PreemptionPlan plan, List<PreemptionVictim> victims, Score score) {
        /** Best first. */
        static final Comparator<Judged> ORDER = Comparator.comparingLong(Judged::highestBid)
                .thenComparingInt(judged -> judged.victims.size())
                .thenComparing((one, other) -> youngestFirst(one.ages(), other.ages()))
                .thenComparing(Judged::score);

        static Judged of(HostId hostId, String gpuModel, List<PreemptionVictim> victims, Score score) {
            List<PodId> ids = victims.stream().map(PreemptionVictim::podId).toList();
            long graceMillis = victims.stream()
                    .mapToLong(PreemptionVictim::graceMillis)
                    .max()
                    .orElse(0);
            return new Judged(new PreemptionPlan(hostId, gpuModel, ids, graceMillis), victims, score);
        }

        long highestBid() {
            return victims.isEmpty() ? 0 : victims.getLast().bidMicros();
        }

        /** Negative when the first ones are younger, the youngest of each compared first. */
        private static int youngestFirst(List<Long> ages, List<Long> others) {
            for (int i = 0; i < Math.min(ages.size(), others.size()); i++) {
                int byAge = Long.compare(others.get(i), ages.get(i));
                if (byAge != 0) {
                    return byAge;
                }
            }
            return 0;
        }

        private List<Long> ages() {
            return victims.stream()
                    .map(PreemptionVictim::runningMillis)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    /** The order of places that are free: the request's order of models, units left, image, price, host. */
    record Score(int tier, int unitsLeft, boolean hasImage, long priceMicros, HostId hostId)
            implements Comparable<Score> {
        private static final Comparator<Score> ORDER = Comparator.comparingInt(Score::tier)
                .thenComparingInt(Score::unitsLeft)
                .thenComparing(Score::hasImage, Comparator.reverseOrder())
                .thenComparingLong(Score::priceMicros)
                .thenComparing(Score::hostId);

        @Override
        public int compareTo(Score other) {
            return ORDER.compare(this, other);
        }
    }
}
