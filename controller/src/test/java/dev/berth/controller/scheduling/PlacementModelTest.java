package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.UnitFacts;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index against a scan of all hosts, after any history of claims, releases, joins, losses and moves. */
class PlacementModelTest {
    private static final int STEPS = 1500;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theIndexSaysWhatLookingAtEveryHostSays(long seed) {
        RandomFleet world = new RandomFleet(seed);
        NaiveScheduler naive = new NaiveScheduler(world.fleet);
        int placed = 0;
        int refused = 0;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            Search search = world.search();
            Optional<NaiveScheduler.Candidate> expected = naive.place(search);
            Optional<Place> actual = world.fleet.scheduler.place(search);
            assertThat(actual.map(place -> place.host().id()))
                    .as("%s: host for %s", where, search)
                    .isEqualTo(expected.map(NaiveScheduler.Candidate::hostId));
            if (actual.isPresent() && expected.isPresent()) {
                isAWholeAnswer(where, naive, search, expected.get(), actual.get());
                placed++;
                world.occupy(actual.get());
            } else {
                assertThat(world.fleet.scheduler.explain(search).hostsByRule())
                        .as("%s: why not %s", where, search)
                        .isEqualTo(naive.explain(search));
                refused++;
            }
            world.change();
            if (step % 50 == 0) {
                hostByHost(where, world, naive, search);
                stock(where, world, naive);
            }
        }
        assertThat(placed).isGreaterThan(STEPS / 10);
        assertThat(refused).isGreaterThan(STEPS / 10);
    }

    private static void isAWholeAnswer(
            String where, NaiveScheduler naive, Search search, NaiveScheduler.Candidate expected, Place place) {
        Host host = place.host();
        int count = search.request().gpuCount();
        assertThat(place.grant().gpuModel()).as(where).isEqualTo(expected.model());
        assertThat(place.gpuHourMicros()).as(where).isEqualTo(expected.price());
        assertThat(place.grant().unitIds())
                .as(where)
                .hasSize(count)
                .doesNotHaveDuplicates()
                .isSubsetOf(naive.free(host, expected.model()));
        UnitFacts unit = host.inventory().units().stream()
                .filter(one -> one.id().equals(place.grant().unitIds().getFirst()))
                .findFirst()
                .orElseThrow();
        assertThat(place.grant().cpuHundredths())
                .as(where)
                .isEqualTo(count * unit.share().cpuHundredths());
        assertThat(place.grant().memoryMib())
                .as(where)
                .isEqualTo(count * unit.share().memoryMib());
    }

    private static void hostByHost(String where, RandomFleet world, NaiveScheduler naive, Search search) {
        List<HostVerdict> verdicts = world.fleet.scheduler.verdicts(search);
        assertThat(verdicts).hasSameSizeAs(world.fleet.cluster.hosts());
        for (HostVerdict verdict : verdicts) {
            Host host = world.fleet.host(verdict.hostId());
            assertThat(verdict.rule()).as("%s: %s for %s", where, host, search).isEqualTo(naive.rule(host, search));
            assertThat(verdict.message().isEmpty()).isEqualTo(verdict.rule() == null);
        }
    }

    private static void stock(String where, RandomFleet world, NaiveScheduler naive) {
        NavigableMap<String, List<Integer>> expected = new TreeMap<>();
        NavigableMap<String, Integer> twoFree = new TreeMap<>();
        for (Host host : world.fleet.cluster.hosts()) {
            boolean open = host.standing().isOpen() && !world.fleet.silent.contains(host.id());
            for (String model : NaiveScheduler.models(host)) {
                String key = host.region() + "/" + model;
                int free = open ? naive.free(host, model).size() : 0;
                int total = (int) host.inventory().units().stream()
                        .filter(unit -> unit.gpuModel().equals(model))
                        .count();
                expected.merge(
                        key,
                        List.of(total, free),
                        (one, other) -> List.of(one.get(0) + other.get(0), one.get(1) + other.get(1)));
                twoFree.merge(key, free >= 2 ? 1 : 0, Integer::sum);
            }
        }
        Map<String, List<Integer>> actual = new TreeMap<>();
        for (Stock stock : world.fleet.scheduler.stock()) {
            String key = stock.region() + "/" + stock.gpuModel();
            actual.put(key, List.of(stock.totalUnits(), stock.idleUnits()));
            assertThat(stock.hostsByBlock().getOrDefault(2, 0))
                    .as("%s: %s", where, key)
                    .isEqualTo(twoFree.get(key));
        }
        assertThat(actual).as(where).isEqualTo(expected);
    }
}
