package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.ResourceRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gangs: together on one host, else on hosts of one fabric, or not at all. */
class GangTest {
    private final TestFleet fleet = new TestFleet();

    @Test
    void oneHostIsTakenWhereThereIsOne() {
        fleet.join(HostDraft.of("A", "RTX 4090", 4, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("B", "RTX 4090", 4, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("C", "RTX 4090", 8, 16, 64));
        List<Place> places = fleet.scheduler.placeGang(Search.of(ResourceRequest.gpus(2)), 3);
        assertThat(places).extracting(place -> place.host().name()).containsExactly("C", "C", "C");
        assertThat(places.stream().flatMap(place -> place.grant().unitIds().stream()))
                .hasSize(6)
                .doesNotHaveDuplicates();
        assertThat(hosts(fleet.scheduler.placeGang(Search.of(ResourceRequest.gpus(2)), 2)))
                .containsExactly(new HostId("A"));
    }

    @Test
    void elseAsFewHostsOfOneFabricAsCanBe() {
        fleet.join(HostDraft.of("A", "RTX 4090", 2, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("B", "RTX 4090", 8, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("C", "RTX 4090", 8, 16, 64).fabric("blue"));
        fleet.join(HostDraft.of("D", "RTX 4090", 4, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("E", "RTX 4090", 8, 16, 64));
        Search search = Search.of(ResourceRequest.gpus(2));
        assertThat(fleet.scheduler.placeGang(search, 5))
                .extracting(place -> place.host().name())
                .containsExactly("B", "B", "B", "B", "A");
        assertThat(hosts(fleet.scheduler.placeGang(search, 6))).containsExactly(new HostId("B"), new HostId("D"));
        assertThat(fleet.scheduler.placeGang(search, 8)).isEmpty();
    }

    @Test
    void aGangLargerThanEveryFabricCanNeverBePlaced() {
        fleet.join(HostDraft.of("A", "RTX 4090", 4, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("B", "RTX 4090", 4, 16, 64).fabric("red"));
        fleet.join(HostDraft.of("C", "RTX 4090", 4, 16, 64));
        Search search = Search.of(ResourceRequest.gpus(1));
        Unplaceable never = fleet.scheduler.explainGang(search, 9);
        assertThat(never.everPossible()).isFalse();
        assertThat(never.hostsByRule()).containsExactly(Map.entry(Rule.GANG, 3));
        fleet.occupy(fleet.scheduler.place(search.preferring(new HostId("A"))).orElseThrow());
        assertThat(fleet.scheduler.placeGang(search, 8)).isEmpty();
        Unplaceable now = fleet.scheduler.explainGang(search, 8);
        assertThat(now.everPossible()).isTrue();
        assertThat(now.hostsByRule()).containsExactly(Map.entry(Rule.GANG, 1), Map.entry(Rule.BUSY, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void gangsAreFoundWheneverLookingAtEveryHostFindsOne(long seed) {
        RandomFleet world = new RandomFleet(seed);
        NaiveScheduler naive = new NaiveScheduler(world.fleet);
        int found = 0;
        int none = 0;
        for (int step = 0; step < 800; step++) {
            Search search = world.search().preferring(null);
            int members = 2 + world.random.nextInt(5);
            List<Place> places = world.fleet.scheduler.placeGang(search, members);
            Optional<Integer> fewest = fewestHosts(naive, world.fleet, search, members);
            assertThat(
                            places.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(hosts(places).size()))
                    .as("seed %d, step %d: hosts of a gang of %d for %s", seed, step, members, search)
                    .isEqualTo(fewest);
            if (places.isEmpty()) {
                none++;
            } else {
                isAWholeGang(naive, search, members, places);
                found++;
            }
            world.fleet.scheduler.place(search).ifPresent(world::occupy);
            world.change();
        }
        assertThat(found).isGreaterThan(40);
        assertThat(none).isGreaterThan(40);
    }

    private static void isAWholeGang(NaiveScheduler naive, Search search, int members, List<Place> places) {
        assertThat(places).hasSize(members);
        Set<String> given = new HashSet<>();
        for (Place place : places) {
            assertThat(naive.rule(place.host(), search)).isNull();
            assertThat(place.grant().unitIds())
                    .hasSize(search.request().gpuCount())
                    .isSubsetOf(naive.free(place.host(), place.grant().gpuModel()))
                    .allMatch(given::add);
            assertThat(place.grant().gpuModel())
                    .isEqualTo(places.getFirst().grant().gpuModel());
        }
        if (hosts(places).size() > 1) {
            assertThat(places.stream()
                            .map(place -> place.host().place().fabric())
                            .distinct())
                    .hasSize(1)
                    .doesNotContain("");
        }
    }

    /** On how many hosts a gang goes: 1, or the fewest of one fabric, for the first model that can at all. */
    private static Optional<Integer> fewestHosts(NaiveScheduler naive, TestFleet fleet, Search search, int members) {
        int count = search.request().gpuCount();
        Map<Integer, List<NaiveScheduler.Candidate>> byOrder = new TreeMap<>();
        for (Host host : fleet.cluster.hosts()) {
            naive.candidates(host, search)
                    .forEach(one -> byOrder.computeIfAbsent(one.order(), o -> new ArrayList<>())
                            .add(one));
        }
        for (List<NaiveScheduler.Candidate> tier : byOrder.values()) {
            if (tier.stream().anyMatch(one -> one.free() / count >= members)) {
                return Optional.of(1);
            }
            Map<String, List<Integer>> roomBySite = new LinkedHashMap<>();
            for (NaiveScheduler.Candidate one : tier) {
                String fabric = fleet.host(one.hostId()).place().fabric();
                if (!fabric.isEmpty()) {
                    roomBySite
                            .computeIfAbsent(fabric + "/" + one.model(), site -> new ArrayList<>())
                            .add(one.free() / count);
                }
            }
            Optional<Integer> fewest = roomBySite.values().stream()
                    .map(rooms -> hostsNeeded(rooms, members))
                    .filter(needed -> needed > 0)
                    .min(Comparator.naturalOrder());
            if (fewest.isPresent()) {
                return fewest;
            }
        }
        return Optional.empty();
    }

    private static int hostsNeeded(List<Integer> rooms, int members) {
        int missing = members;
        int hosts = 0;
        for (int room : rooms.stream().sorted(Comparator.reverseOrder()).toList()) {
            if (missing > 0) {
                missing -= room;
                hosts++;
            }
        }
        return missing > 0 ? 0 : hosts;
    }

    private static Set<HostId> hosts(List<Place> places) {
        return places.stream().map(place -> place.host().id()).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
