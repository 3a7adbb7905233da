package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.controller.model.Availability;
import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.ResourceRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of product.md section 3, one by one. */
class SchedulerTest {
    private static final HostId A = new HostId("A");
    private static final HostId B = new HostId("B");
    private static final HostId C = new HostId("C");
    private static final Search ONE = Search.of(ResourceRequest.gpus(1));

    private final TestFleet fleet = new TestFleet();
    private final Scheduler scheduler = fleet.scheduler;

    @Test
    void theExampleOfProductMd() {
        fleet.join(HostDraft.of("A", "RTX 5090", 8, 128, 720));
        fleet.join(HostDraft.of("B", "RTX 4090", 8, 64, 720));
        fleet.join(HostDraft.of("C", "RTX PRO 6000", 8, 128, 360));
        Search search = Search.of(ranged(8, new IntRange(100, 200), new IntRange(224, 1024)));
        assertThat(scheduler.verdicts(search))
                .extracting(HostVerdict::hostName, HostVerdict::rule, HostVerdict::message, HostVerdict::freeUnits)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("A", null, "", 8),
                        org.assertj.core.groups.Tuple.tuple(
                                "B", Rule.CPUS, "gives 64 CPUs with 8 units; asked: 100..200", 8),
                        org.assertj.core.groups.Tuple.tuple("C", null, "", 8));
        Place first = scheduler.place(search).orElseThrow();
        fleet.occupy(first);
        Place second = scheduler.place(search).orElseThrow();
        fleet.occupy(second);
        assertThat(List.of(first.host().name(), second.host().name())).containsExactlyInAnyOrder("A", "C");
        assertThat(scheduler.place(search)).isEmpty();
        Unplaceable why = scheduler.explain(search);
        assertThat(why.everPossible()).isTrue();
        assertThat(why.hostsByRule()).containsExactly(Map.entry(Rule.CPUS, 1), Map.entry(Rule.BUSY, 2));
    }

    @Test
    void theFullestHostIsTakenThenTheOneWithTheImageThenTheLowestId() {
        fleet.join(HostDraft.of("A", "RTX 4090", 4, 32, 64));
        fleet.join(HostDraft.of("B", "RTX 4090", 4, 32, 64));
        fleet.join(HostDraft.of("C", "RTX 4090", 8, 32, 64));
        fleet.hasImages(C, Set.of("trainer"));
        assertThat(hostOf(ONE.withImage("trainer"))).isEqualTo(A);
        fleet.hasImages(B, Set.of("trainer"));
        assertThat(hostOf(ONE.withImage("trainer"))).isEqualTo(B);
        assertThat(hostOf(ONE)).isEqualTo(A);
        fleet.hasImages(B, Set.of());
        assertThat(hostOf(ONE.withImage("trainer"))).isEqualTo(A);
    }

    @Test
    void theRequestsOrderOfModelsComesBeforeAllElse() {
        fleet.join(HostDraft.of("A", "RTX 4090", 1, 4, 16));
        fleet.join(HostDraft.of("B", "RTX A6000", 8, 64, 256));
        assertThat(hostOf(models("RTX A6000", "RTX 4090"))).isEqualTo(B);
        assertThat(hostOf(models("RTX 4090", "RTX A6000"))).isEqualTo(A);
        assertThat(hostOf(ONE)).isEqualTo(A);
    }

    @Test
    void amongEquallyFullHostsOfAnyModelTheCheaperIsTaken() {
        fleet.join(HostDraft.of("A", "RTX A6000", 2, 8, 32));
        fleet.join(HostDraft.of("B", "RTX A4000", 2, 8, 32));
        assertThat(hostOf(ONE)).isEqualTo(B);
    }

    @Test
    void thePreferredHostIsTakenWhenItHasRoom() {
        fleet.join(HostDraft.of("A", "RTX 4090", 2, 32, 64));
        fleet.join(HostDraft.of("B", "RTX 4090", 8, 32, 64));
        assertThat(hostOf(ONE.preferring(B))).isEqualTo(B);
        fleet.stand(B, Availability.CORDONED);
        assertThat(hostOf(ONE.preferring(B))).isEqualTo(A);
    }

    @Test
    void aHostThatIsNotOpenOrDoesNotAnswerIsNotChosen() {
        fleet.join(HostDraft.of("A", "RTX 4090", 2, 32, 64));
        fleet.silence(A, true);
        assertThat(scheduler.place(ONE)).isEmpty();
        assertThat(scheduler.explain(ONE).hostsByRule()).containsExactly(Map.entry(Rule.NOT_READY, 1));
        fleet.stand(A, Availability.DRAINING);
        assertThat(scheduler.explain(ONE).hostsByRule()).containsExactly(Map.entry(Rule.NOT_OPEN, 1));
        assertThat(scheduler.verdicts(ONE).getFirst().message()).isEqualTo("is being drained");
        assertThat(scheduler.explain(ONE).everPossible()).isTrue();
        fleet.stand(A, Availability.OPEN);
        fleet.silence(A, false);
        assertThat(hostOf(ONE)).isEqualTo(A);
    }

    @Test
    void anyModelNeverMeansCpuUnits() {
        fleet.join(new HostDraft("A").cpuUnits(64));
        assertThat(scheduler.place(ONE)).isEmpty();
        assertThat(scheduler.explain(ONE).hostsByRule()).containsExactly(Map.entry(Rule.GPU_MODEL, 1));
        Place place = scheduler.place(Search.of(ResourceRequest.cpuUnits(16))).orElseThrow();
        assertThat(place.grant().unitIds()).hasSize(16).startsWith("CPU-A-0").endsWith("CPU-A-15");
        assertThat(place.grant().cpuHundredths()).isEqualTo(1600);
        assertThat(place.grant().memoryMib()).isEqualTo(32 * 1024);
    }

    @Test
    void cpuUnitsComeFromOneNumaNodeWhereTheyFit() {
        fleet.join(new HostDraft("A").cpuUnits(64));
        fleet.occupy(scheduler.place(Search.of(ResourceRequest.cpuUnits(20))).orElseThrow());
        // 12 are left on node 0: 16 fit only on node 1, and 12 leave node 0 full.
        Place sixteen = scheduler.place(Search.of(ResourceRequest.cpuUnits(16))).orElseThrow();
        assertThat(sixteen.grant().unitIds()).startsWith("CPU-A-32").endsWith("CPU-A-47");
        Place twelve = scheduler.place(Search.of(ResourceRequest.cpuUnits(12))).orElseThrow();
        assertThat(twelve.grant().unitIds()).startsWith("CPU-A-20").endsWith("CPU-A-31");
        Place most = scheduler.place(Search.of(ResourceRequest.cpuUnits(40))).orElseThrow();
        assertThat(most.grant().unitIds()).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aSpotRequestPaysTheSpotPriceAndBidsAtLeastThat() {
        fleet.join(HostDraft.of("A", "RTX 4090", 2, 8, 32).real());
        Search high = Search.of(ResourceRequest.gpus(1).atBid(200_000));
        assertThat(scheduler.place(high).orElseThrow().gpuHourMicros()).isEqualTo(180_000);
        Search low = Search.of(ResourceRequest.gpus(1).atBid(170_000));
        assertThat(scheduler.place(low)).isEmpty();
        assertThat(scheduler.verdicts(low).getFirst())
                .isEqualTo(new HostVerdict(A, "A", Rule.BID, "has a spot price of $0.18 per unit-hour; bid: $0.17", 2));
        assertThat(scheduler.explain(low).everPossible()).isFalse();
    }

    @Test
    void avoidedAndBlacklistedHostsAreLeftOut() {
        fleet.join(HostDraft.of("A", "RTX 4090", 2, 8, 32));
        fleet.join(HostDraft.of("B", "RTX 4090", 2, 8, 32));
        Search avoiding = Search.of(ResourceRequest.gpus(1).withAvoidHosts(List.of("A", "unknown")));
        assertThat(hostOf(avoiding)).isEqualTo(B);
        Search neither = avoiding.without(List.of(B));
        assertThat(scheduler.place(neither)).isEmpty();
        assertThat(scheduler.explain(neither).hostsByRule())
                .containsExactly(Map.entry(Rule.AVOIDED, 1), Map.entry(Rule.BLACKLISTED, 1));
        assertThat(scheduler.explain(neither).everPossible()).isTrue();
        assertThat(scheduler.place(avoiding.without(List.of(B)).preferring(B))).isEmpty();
    }

    @Test
    void unitsThatAreKeptAreGivenOnlyToThePodThatTheyAreKeptFor() {
        fleet.join(HostDraft.of("A", "RTX 4090", 4, 16, 64));
        fleet.reserve(A, "RTX 4090", 3);
        Search two = Search.of(ResourceRequest.gpus(2));
        assertThat(scheduler.place(two)).isEmpty();
        assertThat(scheduler.verdicts(two).getFirst().message())
                .isEqualTo("has 4 x RTX 4090 free, 3 of them kept for pods that wait; asked: 2");
        Search three = Search.of(ResourceRequest.gpus(3));
        assertThat(scheduler.placeOn(A, three, 0, List.of())).isEmpty();
        assertThat(scheduler.placeOn(A, three, 3, List.of())).isPresent();
        assertThat(hostOf(ONE)).isEqualTo(A);
    }

    @Test
    void whatPreemptionWouldGiveIsToldWithoutDoingIt() {
        fleet.join(HostDraft.of("A", "RTX 4090", 4, 16, 64));
        Place held = scheduler.place(Search.of(ResourceRequest.gpus(3))).orElseThrow();
        fleet.occupy(held);
        Search two = Search.of(ResourceRequest.gpus(2));
        assertThat(scheduler.placeOn(A, two, 0, List.of())).isEmpty();
        List<String> victims = held.grant().unitIds().subList(0, 1);
        assertThat(scheduler.placeOn(A, two, 0, victims).orElseThrow().grant().unitIds())
                .containsExactlyInAnyOrder(victims.getFirst(), "GPU-A-3");
        assertThat(scheduler.place(two)).isEmpty();
    }

    @Test
    void aClaimThatTheIndexContradictsIsRefused() {
        fleet.join(HostDraft.of("A", "RTX 4090", 2, 8, 32));
        scheduler.claim(A, List.of("GPU-A-0"));
        assertThatThrownBy(() -> scheduler.claim(A, List.of("GPU-A-0"))).hasMessageContaining("GPU-A-0");
        assertThatThrownBy(() -> scheduler.release(C, List.of("GPU-C-0"))).hasMessageContaining("GPU-C-0");
        scheduler.release(A, List.of("GPU-A-0"));
        assertThat(scheduler.place(Search.of(ResourceRequest.gpus(2)))).isPresent();
    }

    @Test
    void stockNeverHidesThatTwoIdleUnitsAreOnePlusOne() {
        fleet.join(HostDraft.of("A", "RTX 4090", 4, 16, 64));
        fleet.join(HostDraft.of("B", "RTX 4090", 4, 16, 64));
        fleet.join(HostDraft.of("C", "RTX 4090", 8, 16, 64));
        fleet.silence(C, true);
        for (HostId host : List.of(A, B)) {
            PodId pod = fleet.occupy(scheduler
                    .place(Search.of(ResourceRequest.gpus(3)).preferring(host))
                    .orElseThrow());
            assertThat(fleet.cluster.pod(pod)).isNotNull();
        }
        assertThat(scheduler.stock())
                .containsExactly(
                        new Stock("eu", "RTX 4090", 16, 2, new java.util.TreeMap<>(Map.of(1, 2, 2, 0, 4, 0, 8, 0))));
    }

    private HostId hostOf(Search search) {
        return scheduler.place(search).orElseThrow().host().id();
    }

    private static Search models(String... models) {
        return Search.of(ResourceRequest.gpus(1).withGpuModels(List.of(models)));
    }

    private static ResourceRequest ranged(int count, IntRange cpus, IntRange memoryGb) {
        return new ResourceRequest(
                List.of(), count, cpus, memoryGb, 0, CudaVersion.ANY, List.of(), List.of(), 0, Purchase.ON_DEMAND, 0);
    }
}
