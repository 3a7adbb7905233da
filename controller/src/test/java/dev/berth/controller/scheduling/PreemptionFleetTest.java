package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Unplaced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Preemption over small fleets at random, against every set of victims on every host. */
class PreemptionFleetTest {
    private static final TenantId TENANT = new TenantId("t");
    private static final long NOW = 1_000_000;

    private final TestFleet fleet = new TestFleet();
    private final List<HostId> hosts = new ArrayList<>();
    private int pods;

    @Test
    void theBestOfAllWaysToMakeRoomIsTaken() {
        int found = 0;
        for (int seed = 0; seed < 400; seed++) {
            found += new PreemptionFleetTest().round(new Random(seed), seed) ? 1 : 0;
        }
        assertThat(found).isBetween(100, 380);
    }

    private boolean round(Random random, int seed) {
        for (int i = 0; i < 4; i++) {
            hosts.add(fleet.join(HostDraft.of("h" + i, "RTX 4090", 6, 48, 96)).id());
        }
        for (int i = 0; i < 40; i++) {
            run(random);
        }
        ResourceRequest plain = ResourceRequest.gpus(1 + random.nextInt(6));
        ResourceRequest request = random.nextBoolean() ? plain : plain.atBid(200_000 + 10_000 * random.nextInt(5));
        Search search = Search.of(request);
        if (fleet.scheduler.place(search).isPresent()) {
            return false;
        }
        Preemption.Asking asking = new Preemption.Asking(search, new PodId("asking"), Set.of());
        PreemptionPlan plan =
                fleet.scheduler.preemption().find(fleet.cluster, asking, NOW).plan();
        Way best = bruteForce(request);
        assertThat(plan == null ? null : plan.hostId()).as("seed %s", seed).isEqualTo(best == null ? null : best.host);
        if (plan != null && best != null) {
            assertThat(plan.victims())
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            best.victims.stream().map(Pod::id).toList());
            assertThat(fleet.scheduler
                            .preemption()
                            .findOn(fleet.cluster, asking, hosts, NOW)
                            .plan())
                    .isEqualTo(plan);
        }
        return plan != null;
    }

    private void run(Random random) {
        int count = 1 + random.nextInt(3);
        boolean spot = random.nextInt(4) > 0;
        ResourceRequest request = spot
                ? ResourceRequest.gpus(count).atBid(190_000 + 10_000 * random.nextInt(4))
                : ResourceRequest.gpus(count);
        Place place = fleet.scheduler.place(Search.of(request)).orElse(null);
        if (place == null) {
            return;
        }
        ClusterState cluster = fleet.cluster;
        PodId id = new PodId("spot-" + pods++);
        long minRuntimeMillis = random.nextInt(4) == 0 ? 2 * NOW : 0;
        PodSpec spec = new PodSpec(
                "p",
                new PodSpec.Container("i", List.of(), List.of(), "", Map.of(), false),
                request,
                20,
                1000,
                Map.of(),
                new QueueTerms(Unplaced.QUEUE, 0, 0, minRuntimeMillis, false));
        cluster.apply(new JournalRecord.PodCreated(
                id, TENANT, spec, null, Actor.SCHEDULER, new RequestKey(TENANT, "m", id.value(), ""), 1));
        cluster.apply(new JournalRecord.PodPlaced(id, place.host().id(), 1, place.grant(), 0, "", 1));
        cluster.apply(new JournalRecord.PodMoved(
                id,
                new PodStatus(DesiredState.RUNNING, PodState.RUNNING, PodDetail.NONE, Reason.NONE, "", null),
                Actor.SCHEDULER,
                // No two of one age, so that there is one best way.
                10L + random.nextInt(5_000) * 100L + pods));
        fleet.update(place.host().id());
        fleet.scheduler.preemption().take(Objects.requireNonNull(cluster.pod(id)));
    }

    private record Way(HostId host, List<Pod> victims, int left) {
        long highestBid() {
            return victims.stream()
                    .mapToLong(pod -> pod.spec().request().bidMicros())
                    .max()
                    .orElse(0);
        }

        List<Long> ages() {
            return victims.stream()
                    .map(pod -> pod.times().runningMillis())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private @Nullable Way bruteForce(ResourceRequest request) {
        Way best = null;
        for (HostId host : hosts) {
            List<Pod> eligible = new ArrayList<>();
            for (PodId id : fleet.cluster.holders(host)) {
                Pod pod = Objects.requireNonNull(fleet.cluster.pod(id));
                boolean lower = pod.spec().request().isSpot()
                        && (!request.isSpot() || pod.spec().request().bidMicros() < request.bidMicros());
                boolean free = pod.times().runningMillis() + pod.spec().terms().minRuntimeMillis() <= NOW;
                if (lower && free) {
                    eligible.add(pod);
                }
            }
            for (int set = 1; set < 1 << eligible.size(); set++) {
                Way way = way(host, eligible, set, request.gpuCount());
                best = way.left >= 0 && (best == null || isBetter(way, best)) ? way : best;
            }
        }
        return best;
    }

    private Way way(HostId host, List<Pod> eligible, int set, int count) {
        List<Pod> victims = new ArrayList<>();
        int units = fleet.cluster.freeUnits(host);
        for (int i = 0; i < eligible.size(); i++) {
            if ((set >> i & 1) == 1) {
                victims.add(eligible.get(i));
                units += Objects.requireNonNull(eligible.get(i).placement().grant())
                        .unitIds()
                        .size();
            }
        }
        return new Way(host, victims, units - count);
    }

    private static boolean isBetter(Way one, Way other) {
        int byBid = Long.compare(one.highestBid(), other.highestBid());
        int byCount = Integer.compare(one.victims.size(), other.victims.size());
        if (byBid != 0 || byCount != 0) {
            return byBid != 0 ? byBid < 0 : byCount < 0;
        }
        for (int i = 0; i < one.ages().size(); i++) {
            int byAge = Long.compare(other.ages().get(i), one.ages().get(i));
            if (byAge != 0) {
                return byAge < 0;
            }
        }
        return false;
    }
}
