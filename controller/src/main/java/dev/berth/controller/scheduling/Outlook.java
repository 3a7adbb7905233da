package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What placement would do, for those who ask: where a request would go, why it waits, what is left. Changes nothing
 * that outlives the question. The loop's thread alone.
 */
public final class Outlook {
    /** For so long a reason is not worked out again: a page of a thousand pods that ask for the same asks once. */
    private static final long REASON_MILLIS = 1_000;

    private static final int REASONS = 512;
    private static final PodId NOBODY = new PodId("");

    private final ClusterView cluster;
    private final Scheduler scheduler;
    private final Map<Asked, Told> reasons = new LinkedHashMap<>();

    private record Asked(TenantId tenant, ResourceRequest request, StorageNeeds needs, int members) {}

    private record Told(long atMillis, String reason) {}

    /** {@code place} is null when there would be none; {@code preempted} give way for it. */
    public record Simulated(@Nullable Place place, List<PodId> preempted, String summary) {}

    public Outlook(ClusterView cluster, Scheduler scheduler) {
        this.cluster = cluster;
        this.scheduler = scheduler;
    }

    public Search search(TenantId tenant, PodSpec spec, long nowMillis) {
        return Search.of(spec.request())
                .withPorts(spec.tcpPorts().size())
                .withImage(spec.container().image())
                .needing(StorageNeeds.of(cluster, spec))
                .without(cluster.avoidedHosts(tenant, nowMillis));
    }

    /** The same for a pod that may have volumes on hosts already. */
    public Search search(Pod pod, long nowMillis) {
        return search(pod.tenant(), pod.spec(), nowMillis).needing(StorageNeeds.of(cluster, pod));
    }

    public Optional<Place> place(Search search) {
        return scheduler.place(search);
    }

    public Unplaceable explain(Search search) {
        return scheduler.explain(search);
    }

    /** Host by host, by id. */
    public List<HostVerdict> verdicts(Search search) {
        return scheduler.verdicts(search);
    }

    /** By region, then model. */
    public List<Stock> stock() {
        return scheduler.stock();
    }

    /** Where these would go one after the other: each takes its units in the index, and all give them back. */
    public List<Simulated> simulate(List<Search> searches, long nowMillis) {
        List<Simulated> simulated = new ArrayList<>(searches.size());
        List<Claim> claims = new ArrayList<>();
        Set<PodId> gone = new HashSet<>();
        try {
            for (Search search : searches) {
                Simulated next = simulate(search, gone, nowMillis);
                simulated.add(next);
                gone.addAll(next.preempted);
                if (next.place != null) {
                    Claim claim = new Claim(next.place.host().id(), free(next.place, claims));
                    scheduler.claim(claim.hostId, claim.unitIds);
                    claims.add(claim);
                }
            }
        } finally {
            claims.reversed().forEach(claim -> scheduler.release(claim.hostId, claim.unitIds));
        }
        return simulated;
    }

    private record Claim(HostId hostId, List<String> unitIds) {}

    private Simulated simulate(Search search, Set<PodId> gone, long nowMillis) {
        Optional<Place> place = scheduler.place(search);
        if (place.isPresent()) {
            return new Simulated(place.get(), List.of(), "");
        }
        PreemptionPlan plan = scheduler
                .preemption()
                .find(cluster, new Preemption.Asking(search, NOBODY, gone), nowMillis)
                .plan();
        Place freed = plan == null ? null : afterwards(search, plan).orElse(null);
        return plan == null || freed == null
                ? new Simulated(null, List.of(), scheduler.explain(search).explain())
                : new Simulated(freed, plan.victims(), "");
    }

    /** The place once the victims are gone, and those who are on their way out already. */
    private Optional<Place> afterwards(Search search, PreemptionPlan plan) {
        List<PodId> leaving = new ArrayList<>(plan.victims());
        int kept = 0;
        for (Reservation reservation : cluster.reservations(plan.hostId())) {
            leaving.addAll(reservation.preempted());
            kept += Reserving.leaving(cluster, plan.hostId(), reservation.gpuModel()) > 0 ? reservation.count() : 0;
        }
        List<String> units = new ArrayList<>();
        for (PodId podId : leaving) {
            Pod pod = cluster.pod(podId);
            Grant grant = pod == null ? null : pod.placement().grant();
            units.addAll(grant == null ? List.of() : grant.unitIds());
        }
        return scheduler.placeOn(plan.hostId(), search, kept, units);
    }

    /** Units of the place that nobody holds, neither for real nor in this simulation. */
    private List<String> free(Place place, List<Claim> claims) {
        HostId hostId = place.host().id();
        return place.grant().unitIds().stream()
                .filter(unit -> cluster.holder(hostId, unit) == null)
                .filter(unit ->
                        claims.stream().noneMatch(claim -> claim.hostId.equals(hostId) && claim.unitIds.contains(unit)))
                .toList();
    }

    /** Why a queued pod has no place yet, in a sentence with the number of hosts per rule. */
    public String reason(Pod pod, long nowMillis) {
        Reservation kept = cluster.reservation(pod.id());
        if (kept != null && kept.earliestMillis() > 0) {
            return "units of host " + name(kept.hostId()) + " are being freed for it: "
                    + kept.preempted().size() + " spot pods give way";
        }
        StorageNeeds needs = StorageNeeds.of(cluster, pod);
        Asked asked = new Asked(pod.tenant(), pod.spec().request(), needs, members(pod));
        Told told = reasons.get(asked);
        if (told == null || nowMillis - told.atMillis >= REASON_MILLIS || nowMillis < told.atMillis) {
            Unplaceable why = scheduler.explainGang(
                    search(pod.tenant(), pod.spec(), nowMillis).needing(needs), asked.members);
            told = new Told(nowMillis, (why.everPossible() ? "" : "UNSATISFIABLE as the fleet is: ") + why.explain());
            if (reasons.size() >= REASONS) {
                reasons.clear();
            }
            reasons.put(asked, told);
        }
        if (kept == null) {
            return told.reason;
        }
        int missing = scheduler.reserving().missing(kept.hostId(), kept.gpuModel(), kept.count());
        return told.reason + "; units of host " + name(kept.hostId()) + " are kept for it, " + missing
                + " more must come free";
    }

    private int members(Pod pod) {
        Deployment deployment = pod.membership() == null
                ? null
                : cluster.deployment(pod.membership().deploymentId());
        return deployment != null && deployment.spec().gang()
                ? deployment.spec().count()
                : 1;
    }

    private String name(HostId hostId) {
        Host host = cluster.host(hostId);
        return host == null ? hostId.value() : host.name();
    }
}
