package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The index-driven choice against the naive one: look at every model of every host and take the best. */
class SchedulerTest {
    private static final List<String> MODELS = List.of("RTX 4090", "RTX A6000", "H100 SXM5", "RTX 5090");
    private final ClusterState cluster = new ClusterState();
    private final Scheduler scheduler = new Scheduler();
    private int pods;

    @Test
    void theExampleOfProductMd() {
        join("A", "RTX 5090", 8, 128, 720);
        join("B", "RTX 4090", 8, 64, 720);
        join("C", "RTX PRO 6000", 8, 128, 360);
        ResourceRequest request = new ResourceRequest(
                List.of(),
                8,
                new IntRange(100, 200),
                new IntRange(224, 1024),
                0,
                CudaVersion.ANY,
                List.of(),
                List.of(),
                0,
                Purchase.ON_DEMAND,
                0);
        Place first = scheduler.place(cluster, request, null).orElseThrow();
        assertThat(first.host().name()).isIn("A", "C");
        occupy(first);
        Place second = scheduler.place(cluster, request, null).orElseThrow();
        assertThat(List.of(first.host().name(), second.host().name())).containsExactlyInAnyOrder("A", "C");
        occupy(second);
        assertThat(scheduler.place(cluster, request, null)).isEmpty();
        Unplaceable why = scheduler.explain(cluster, request);
        assertThat(why.everPossible()).isTrue();
        assertThat(why.hostsByRule()).containsExactly(Map.entry(Rule.CPUS, 1), Map.entry(Rule.BUSY, 2));
    }

    @Test
    void thePreferredHostIsTakenWhenItHasRoom() {
        join("A", "RTX 4090", 2, 32, 64);
        join("B", "RTX 4090", 8, 32, 64);
        HostId b = new HostId("B");
        assertThat(scheduler
                        .place(cluster, ResourceRequest.gpus(1), null)
                        .orElseThrow()
                        .host()
                        .name())
                .isEqualTo("A");
        assertThat(scheduler
                        .place(cluster, ResourceRequest.gpus(1), b)
                        .orElseThrow()
                        .host()
                        .name())
                .isEqualTo("B");
    }

    @Test
    void aHostThatIsNotOpenIsNotChosen() {
        join("A", "RTX 4090", 2, 32, 64);
        scheduler.update(cluster, host("A"), false);
        assertThat(scheduler.place(cluster, ResourceRequest.gpus(1), null)).isEmpty();
        scheduler.update(cluster, host("A"), true);
        assertThat(scheduler.place(cluster, ResourceRequest.gpus(1), null)).isPresent();
    }

    @Test
    void theIndexChoosesWhatLookingAtEveryHostChooses() {
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            int gpus = List.of(1, 2, 4, 8).get(random.nextInt(4));
            join(
                    "host-%02d".formatted(i),
                    MODELS.get(random.nextInt(4)),
                    gpus,
                    gpus * (4 + 4 * random.nextInt(4)),
                    gpus * 32);
        }
        int placed = 0;
        for (int i = 0; i < 400; i++) {
            ResourceRequest request = request(random);
            Optional<Place> expected = naive(request);
            Optional<Place> actual = scheduler.place(cluster, request, null);
            assertThat(actual).as("request %d: %s", i, request).isEqualTo(expected);
            if (actual.isPresent()) {
                occupy(actual.get());
                placed++;
            }
        }
        assertThat(placed).isGreaterThan(40);
    }

    private static ResourceRequest request(Random random) {
        List<String> models = new ArrayList<>(MODELS);
        java.util.Collections.shuffle(models, random);
        int count = 1 + random.nextInt(4);
        return new ResourceRequest(
                models.subList(0, random.nextInt(3)),
                count,
                random.nextBoolean() ? IntRange.ANY : new IntRange(count * 8, count * 12),
                IntRange.ANY,
                random.nextInt(3) == 0 ? 40 : 0,
                CudaVersion.ANY,
                List.of(),
                List.of(),
                random.nextInt(3) == 0 ? 1_000_000 : 0,
                Purchase.ON_DEMAND,
                0);
    }

    private Optional<Place> naive(ResourceRequest request) {
        Place best = null;
        List<Long> bestKey = List.of();
        for (Host host : cluster.hosts()) {
            String model = host.inventory().units().getFirst().gpuModel();
            List<String> free = host.inventory().units().stream()
                    .map(UnitFacts::id)
                    .filter(id -> cluster.holder(host.id(), id) == null)
                    .toList();
            if (free.size() < request.gpuCount() || Filter.veto(request, host, model) != null) {
                continue;
            }
            long order = request.gpuModels().isEmpty() ? 0 : request.gpuModels().indexOf(model);
            List<Long> key = List.of(order, (long) free.size(), Filter.priceMicros(model));
            // Hosts come by id, so the first of equals stays.
            if (best == null || compare(key, bestKey) < 0) {
                UnitShare share = host.inventory().share();
                int n = request.gpuCount();
                Grant grant = new Grant(free.subList(0, n), model, n * share.cpuHundredths(), n * share.memoryMib());
                best = new Place(host, grant, Filter.priceMicros(model));
                bestKey = key;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int compare(List<Long> one, List<Long> other) {
        for (int i = 0; i < one.size(); i++) {
            int order = Long.compare(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private void join(String name, String model, int gpus, int cpus, int memoryGb) {
        UnitShare share =
                new UnitShare(cpus * 100 / gpus, memoryGb * 1024L / gpus, cpus * 100 / gpus, memoryGb * 1024L / gpus);
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < gpus; i++) {
            units.add(
                    new UnitFacts("GPU-" + name + i, model, model.contains("A6000") ? 49140 : 24564, i, "", -1, share));
        }
        HostFacts facts = new HostFacts(
                cpus, memoryGb * 1024L, cpus, memoryGb * 1024L, 1000, "", "", "", "", 1, "", "12.4", "", "", true, "");
        Inventory inventory = new Inventory(facts, units, List.of(), true, List.of());
        cluster.apply(new JournalRecord.HostJoined(new HostId(name), name, HostPlace.in("eu"), inventory, 1));
        scheduler.update(cluster, host(name), true);
    }

    private Host host(String name) {
        return cluster.hostNamed(name).orElseThrow();
    }

    private void occupy(Place place) {
        PodId id = new PodId("pod-" + pods++);
        PodSpec spec = new PodSpec(
                "p",
                new PodSpec.Container("i", List.of(), List.of(), "", Map.of(), false),
                ResourceRequest.gpus(1),
                20,
                0,
                Map.of(),
                QueueTerms.FAIL_FAST);
        RequestKey key = new RequestKey(new TenantId("t"), "m", id.value(), "");
        cluster.apply(new JournalRecord.PodCreated(id, new TenantId("t"), spec, null, Actor.SCHEDULER, key, 1));
        cluster.apply(new JournalRecord.PodPlaced(id, place.host().id(), 1, place.grant(), 0, "", 1));
        scheduler.update(cluster, place.host(), true);
    }
}
