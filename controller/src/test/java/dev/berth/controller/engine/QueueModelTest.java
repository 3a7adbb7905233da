package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.QueueOrder;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The queue under random requests and ends, against what any fair queue keeps after every event. */
class QueueModelTest {
    private QueueFixture world = new QueueFixture();
    private Random random = new Random();
    private final List<String> pods = new ArrayList<>();
    private final Set<PodId> keptFor = new HashSet<>();
    private int placed;
    private int preempted;
    private int reserved;

    @Test
    void nobodyIsOvertakenUnfairlyAndNoRoomIsLeftUnused() {
        for (int seed = 0; seed < 40; seed++) {
            world = new QueueFixture();
            random = new Random(seed);
            pods.clear();
            world.host("a", 8);
            world.host("b", 4);
            world.host("c", 2);
            for (int step = 0; step < 250; step++) {
                int before = world.cluster.journal.size();
                int queued = world.cluster.engine.cluster().queue().size();
                keptFor.clear();
                world.cluster.engine.cluster().reservations().forEach(kept -> keptFor.add(kept.podId()));
                step(seed + "-" + step, queued);
                check(
                        "seed " + seed + " step " + step,
                        world.cluster.journal.subList(before, world.cluster.journal.size()));
            }
        }
        assertThat(placed).isGreaterThan(1_000);
        assertThat(preempted).isGreaterThan(50);
        assertThat(reserved).isGreaterThan(10);
    }

    private void step(String name, int queued) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> {
                if (queued < 40) {
                    submit("p" + name);
                }
            }
            case 4, 5, 6, 7 -> end();
            case 8 -> act();
            default -> world.pass(1 + random.nextInt(20));
        }
    }

    private void submit(String id) {
        int count = List.of(1, 1, 2, 3, 4, 8).get(random.nextInt(6));
        ResourceRequest plain = ResourceRequest.gpus(count);
        boolean spot = random.nextInt(3) == 0;
        QueueTerms terms = new QueueTerms(
                random.nextInt(4) == 0 ? Unplaced.FAIL_FAST : Unplaced.QUEUE,
                random.nextInt(3),
                0,
                spot && random.nextBoolean() ? 20_000 : 0,
                spot && random.nextBoolean());
        world.submit(id, spot ? plain.atBid(180_000 + 10_000 * random.nextInt(4)) : plain, terms);
        if (world.cluster.engine.cluster().pod(new PodId(id)) != null) {
            pods.add(id);
        }
    }

    private void end() {
        List<String> placedNow = pods.stream().filter(world::isPlaced).toList();
        if (!placedNow.isEmpty()) {
            world.ends(placedNow.get(random.nextInt(placedNow.size())));
        }
    }

    private void act() {
        if (!pods.isEmpty()) {
            world.cluster.act(
                    pods.get(random.nextInt(pods.size())),
                    List.of(PodAction.PAUSE, PodAction.RUN, PodAction.TERMINATE).get(random.nextInt(3)));
        }
    }

    private void check(String when, List<JournalRecord> records) {
        for (Pod waiting : world.cluster.engine.cluster().queue()) {
            if (waiting.placement().grant() == null) {
                leavesNoRoomUnused(when, waiting);
                for (JournalRecord entry : records) {
                    if (entry instanceof JournalRecord.PodPlaced other) {
                        isNotOvertaken(when, waiting, other);
                    }
                }
            }
        }
        for (JournalRecord entry : records) {
            placed += entry instanceof JournalRecord.PodPlaced ? 1 : 0;
            if (entry instanceof JournalRecord.HostReserved(Reservation kept, long _)) {
                reserved += kept.preempted().isEmpty() ? 1 : 0;
                preempted += kept.preempted().isEmpty() ? 0 : 1;
                justlyPreempted(when, kept);
            }
        }
    }

    private void leavesNoRoomUnused(String when, Pod waiting) {
        for (Host host : world.cluster.engine.cluster().hosts()) {
            int kept = world.cluster.engine.cluster().reservations(host.id()).stream()
                    .filter(reservation -> !reservation.podId().equals(waiting.id()))
                    .mapToInt(Reservation::count)
                    .sum();
            Reservation own = world.cluster.engine.cluster().reservation(waiting.id());
            boolean waitsElsewhere =
                    own != null && own.earliestMillis() > 0 && !own.hostId().equals(host.id());
            int free = world.cluster.engine.cluster().freeUnits(host.id()) - kept;
            assertThat(!waitsElsewhere && free >= waiting.spec().request().gpuCount())
                    .as("%s: %s waits though %s has %s free", when, waiting, host.id(), free)
                    .isFalse();
        }
    }

    private void isNotOvertaken(String when, Pod waiting, JournalRecord.PodPlaced other) {
        Pod winner = world.cluster.pod(other.podId().value());
        boolean ahead = QueueOrder.of(waiting).compareTo(QueueOrder.of(winner)) < 0;
        boolean couldUse =
                waiting.spec().request().gpuCount() <= other.grant().unitIds().size();
        // It may have joined the queue after that, and one for whom others are being stopped waits for their units.
        boolean joinedNow = waiting.status().message().equals("queued again after a preemption");
        Reservation own = world.cluster.engine.cluster().reservation(waiting.id());
        boolean hasItsOwn = own != null && own.earliestMillis() > 0;
        assertThat(ahead && couldUse && !keptFor.contains(other.podId()) && !joinedNow && !hasItsOwn)
                .as("%s: %s is overtaken by %s", when, waiting, winner)
                .isFalse();
    }

    private void justlyPreempted(String when, Reservation kept) {
        ResourceRequest request = world.cluster.pod(kept.podId().value()).spec().request();
        for (PodId id : kept.preempted()) {
            Pod victim = world.cluster.pod(id.value());
            assertThat(victim.spec().request().purchase()).as(when).isEqualTo(Purchase.SPOT);
            assertThat(victim.status().desired()).as(when).isNotEqualTo(DesiredState.RUNNING);
            if (request.isSpot()) {
                assertThat(victim.spec().request().bidMicros()).as(when).isLessThan(request.bidMicros());
            }
            if (world.cluster.engine.cluster().events(id).getLast().from() == PodState.RUNNING) {
                assertThat(world.cluster.nowMillis - victim.times().runningMillis())
                        .as(when)
                        .isGreaterThanOrEqualTo(victim.spec().terms().minRuntimeMillis());
            }
        }
    }
}
