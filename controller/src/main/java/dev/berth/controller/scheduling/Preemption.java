package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.scheduling.Plan.Option;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who gives way to a request that found no free place (product.md section 9): spot pods that bid less, never one inside
 * its min_runtime, and only where the request fits afterwards. Lowest highest bid first, then fewest pods, then the
 * youngest, then the score of a free place. Decides only; the engine acts. The loop's thread alone.
 */
public final class Preemption {
    private final FreeUnits index;
    private final Plans plans;
    private final BestFit bestFit;
    private final PreemptionIndex spotPods = new PreemptionIndex();

    Preemption(FreeUnits index, Plans plans, BestFit bestFit) {
        this.index = index;
        this.plans = plans;
        this.bestFit = bestFit;
    }

    /**
     * What a search came to.
     *
     * @param plan null when nobody may give way to good effect
     * @param retryMillis when the first protected pod that was in the way loses its protection; 0 for none
     */
    public record Outcome(@Nullable PreemptionPlan plan, long retryMillis) {}

    /** Takes in what became of a pod. */
    public void take(Pod pod) {
        spotPods.take(pod);
    }

    /** Units of the model on the host that spot pods hold. */
    public int spotUnits(HostId hostId, String gpuModel) {
        int units = 0;
        for (PreemptionVictim victim : spotPods.on(hostId)) {
            units += victim.gpuModel().equals(gpuModel) ? victim.units() : 0;
        }
        return units;
    }

    /**
     * Who asks.
     *
     * @param podId what is kept for this pod already is no hindrance to itself
     * @param spared pods that are not to be chosen
     */
    public record Asking(Search search, PodId podId, Set<PodId> spared) {}

    /** Looks at the whole fleet. */
    public Outcome find(ClusterView cluster, Asking asking, long nowMillis) {
        return new Hunt(cluster, asking, nowMillis).find();
    }

    /** Looks at these hosts only: for a request that found nothing anywhere before something changed on them. */
    public Outcome findOn(ClusterView cluster, Asking asking, Collection<HostId> hosts, long nowMillis) {
        return new Hunt(cluster, asking, nowMillis).findOn(hosts);
    }

    /** One search. */
    private final class Hunt {
        private final ClusterView cluster;
        private final Asking asking;
        private final ResourceRequest request;
        private final long nowMillis;
        private final Limits limits;
        private final NavigableMap<String, List<Choice>> choices = new TreeMap<>();
        private final long ceilingMicros;
        private long retryMillis;
        private PreemptionPlan.@Nullable Judged best;

        /** A lane that the request may use, and how early in its order of models. */
        private record Choice(Option option, int tier) {}

        Hunt(ClusterView cluster, Asking asking, long nowMillis) {
            this.cluster = cluster;
            this.asking = asking;
            this.request = asking.search.request();
            this.nowMillis = nowMillis;
            this.limits = bestFit.limits(asking.search);
            this.ceilingMicros = request.isSpot() ? request.bidMicros() : Long.MAX_VALUE;
            List<List<Option>> tiers = plans.of(request).tiers();
            for (int tier = 0; tier < tiers.size(); tier++) {
                for (Option option : tiers.get(tier)) {
                    choices.computeIfAbsent(option.lane().gpuModel(), model -> new ArrayList<>())
                            .add(new Choice(option, tier));
                }
            }
        }

        Outcome find() {
            // Units that others are being stopped for and that nobody needs cost no victim at all.
            for (Reservation reservation : cluster.reservations()) {
                if (!reservation.preempted().isEmpty()) {
                    judge(reservation.hostId(), reservation.gpuModel(), 0);
                }
            }
            long bid = -1;
            while (best == null && (bid = nextBid(bid)) >= 0) {
                atBid(bid);
            }
            return new Outcome(best == null ? null : best.plan(), retryMillis);
        }

        Outcome findOn(Collection<HostId> hosts) {
            for (HostId hostId : hosts) {
                for (String model : choices.keySet()) {
                    judge(hostId, model, ceilingMicros - 1);
                }
            }
            return new Outcome(best == null ? null : best.plan(), retryMillis);
        }

        private long nextBid(long above) {
            long next = -1;
            for (String model : choices.keySet()) {
                Long bid = spotPods.below(ceilingMicros, model).higherKey(above);
                next = bid != null && (next < 0 || bid < next) ? bid : next;
            }
            return next;
        }

        /** Hosts on which a pod of this bid is the dearest that gives way; no lower bid was enough anywhere. */
        private void atBid(long bid) {
            for (String model : choices.keySet()) {
                NavigableSet<PreemptionVictim> victims =
                        spotPods.below(ceilingMicros, model).get(bid);
                Set<HostId> judged = new HashSet<>();
                for (PreemptionVictim victim : victims == null ? Set.<PreemptionVictim>of() : victims) {
                    if (isBeyond(victim)) {
                        break;
                    }
                    if (judged.add(victim.hostId())) {
                        judge(victim.hostId(), model, bid);
                    }
                }
            }
        }

        /** With one victim alone found, no older one can be better. */
        private boolean isBeyond(PreemptionVictim victim) {
            return best != null
                    && best.victims().size() == 1
                    && victim.runningMillis() < best.victims().getFirst().runningMillis();
        }

        private void judge(HostId hostId, String model, long highestBid) {
            IndexedHost host = index.host(hostId);
            if (host == null || !limits.allow(host) || Reserving.isMixed(host, model)) {
                return;
            }
            for (Choice choice : choices.getOrDefault(model, List.of())) {
                Block block = choice.option.takes(host.ordinal()) ? BestFit.find(host, choice.option.lane()) : null;
                if (block != null) {
                    judge(host, block, choice, highestBid);
                }
            }
        }

        private void judge(IndexedHost host, Block block, Choice choice, long highestBid) {
            int leaving = Reserving.leaving(cluster, host.id(), block.group().gpuModel());
            int kept =
                    block.keptUnits() - keptForItself(host.id(), block.group().gpuModel());
            int missing = request.gpuCount() - (block.freeUnits() + leaving - kept);
            List<PreemptionVictim> victims = List.of();
            if (missing > 0) {
                victims = PreemptionChoice.of(eligible(host.id(), block.group().gpuModel(), highestBid), missing);
                if (victims.isEmpty()) {
                    return;
                }
            } else if (leaving == 0) {
                return;
            }
            int freed = victims.stream().mapToInt(PreemptionVictim::units).sum();
            boolean hasImage = limits.withImage() != null && limits.withImage().contains(host.ordinal());
            PreemptionPlan.Judged judged = PreemptionPlan.Judged.of(
                    host.id(),
                    block.group().gpuModel(),
                    victims,
                    new PreemptionPlan.Score(
                            choice.tier, freed - missing, hasImage, choice.option.priceMicros(), host.id()));
            if (best == null || PreemptionPlan.Judged.ORDER.compare(judged, best) < 0) {
                best = judged;
            }
        }

        private int keptForItself(HostId hostId, String model) {
            Reservation own = cluster.reservation(asking.podId);
            return own != null && own.hostId().equals(hostId) && own.gpuModel().equals(model) ? own.count() : 0;
        }

        private List<PreemptionVictim> eligible(HostId hostId, String model, long highestBid) {
            List<PreemptionVictim> eligible = new ArrayList<>();
            for (PreemptionVictim victim : spotPods.on(hostId)) {
                if (victim.bidMicros() > highestBid) {
                    break;
                }
                if (!victim.gpuModel().equals(model) || asking.spared.contains(victim.podId())) {
                    continue;
                }
                if (victim.isProtected(nowMillis)) {
                    retryMillis = retryMillis == 0
                            ? victim.protectedUntilMillis()
                            : Math.min(retryMillis, victim.protectedUntilMillis());
                } else {
                    eligible.add(victim);
                }
            }
            return eligible;
        }
    }
}
