package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReservationTest {
    private final QueueFixture world = new QueueFixture();

    @Test
    void unitsAreKeptOnTheHostThatIsClosestToHavingRoom() {
        world.host("a", 8);
        world.host("b", 8);
        world.run("a1", 8);
        world.run("b1", 5);
        world.run("b2", 2);
        world.queue("large", 8);
        world.pass(59);
        assertThat(world.reservation("large")).isNull();
        world.pass(1);
        assertThat(world.reservation("large")).isNotNull().satisfies(kept -> {
            assertThat(kept.hostId()).isEqualTo(new HostId("b"));
            assertThat(kept.count()).isEqualTo(8);
        });
        world.queue("small", 1);
        assertThat(world.isWaiting("small")).as("the free unit of b is kept").isTrue();
        assertThat(world.cluster
                        .deploy("new", 1, Unplaced.FAIL_FAST)
                        .placement()
                        .grant())
                .isNull();
        world.ends("b1");
        world.ends("b2");
        assertThat(world.hostOf("large")).isEqualTo("b");
        assertThat(world.reservation("large")).isNull();
        assertThat(world.isWaiting("small")).isTrue();
    }

    @Test
    void othersMayUseWhatIsLeftBeyondWhatIsKept() {
        world.host("a", 8);
        world.run("a1", 8);
        world.queue("large", 6);
        world.pass(60);
        world.ends("a1");
        assertThat(world.isPlaced("large")).isTrue();
        assertThat(world.cluster
                        .deploy("two", 2, Unplaced.FAIL_FAST)
                        .placement()
                        .grant())
                .isNotNull();
    }

    @Test
    void anotherHostThatHasRoomAtOnceIsTaken() {
        world.host("a", 8);
        world.run("a1", 7);
        world.queue("large", 8);
        world.pass(60);
        assertThat(Objects.requireNonNull(world.reservation("large")).hostId()).isEqualTo(new HostId("a"));
        world.queue("small", 1);
        assertThat(world.isWaiting("small")).isTrue();
        world.host("b", 8);
        assertThat(world.hostOf("large")).isEqualTo("b");
        assertThat(world.hostOf("small")).as("what was kept is free again").isEqualTo("a");
    }

    @Test
    void whatIsKeptOnAHostThatGoesAwayMovesOn() {
        world.host("a", 8);
        world.host("b", 8);
        world.run("a1", 7);
        world.run("b1", 8);
        world.queue("large", 8);
        world.pass(60);
        assertThat(Objects.requireNonNull(world.reservation("large")).hostId()).isEqualTo(new HostId("a"));
        world.silence("a");
        world.pass(61);
        assertThat(Objects.requireNonNull(world.reservation("large")).hostId()).isEqualTo(new HostId("b"));
    }

    @Test
    void whatIsKeptWhereNothingComesFreeMovesOn() {
        world.host("a", 8);
        world.host("b", 8);
        world.run("a1", 7);
        world.run("b1", 4);
        world.run("b2", 4);
        world.queue("large", 8);
        world.pass(60);
        assertThat(Objects.requireNonNull(world.reservation("large")).hostId()).isEqualTo(new HostId("a"));
        world.pass(599);
        assertThat(Objects.requireNonNull(world.reservation("large")).hostId()).isEqualTo(new HostId("a"));
        world.pass(5);
        assertThat(Objects.requireNonNull(world.reservation("large")).hostId()).isEqualTo(new HostId("b"));
        world.queue("small", 4);
        world.ends("b1");
        assertThat(world.isWaiting("small")).as("what comes free on b is kept").isTrue();
        world.ends("b2");
        assertThat(world.hostOf("large")).isEqualTo("b");
    }

    @Test
    void aHigherPriorityIsNotHeldUpByWhatIsKeptForALower() {
        world.host("a", 8);
        world.run("a1", 7);
        world.queue("large", 8);
        world.pass(60);
        world.deploy("urgent", ResourceRequest.gpus(1), QueueTerms.QUEUE.withPriority(1));
        assertThat(world.isPlaced("urgent")).isTrue();
    }

    @Test
    void atMostOneHostInSixteenKeepsUnits() {
        for (int i = 0; i < 20; i++) {
            world.host("h" + i, 8);
            world.run("r" + i, 8);
        }
        for (int i = 0; i < 5; i++) {
            world.queue("large" + i, 8);
        }
        world.pass(70);
        assertThat(world.cluster.engine.cluster().reservations()).hasSize(1);
        assertThat(world.reservation("large0")).as("the first in the queue").isNotNull();
    }

    @Test
    void anEndlessLoadOfSingleUnitsDoesNotStarveALargeRequest() {
        int hosts = 16;
        Deque<String> running = new ArrayDeque<>();
        for (int i = 0; i < hosts; i++) {
            world.host("h" + i, 8);
        }
        int next = 0;
        for (; next < hosts * 8; next++) {
            world.run("s" + next, 1);
            running.add("s" + next);
        }
        world.queue("large", 8);
        for (int i = 0; i < 20; i++) {
            world.queue("s" + next++, 1);
        }
        int seconds = 0;
        long busy = 0;
        // Each second one of the single units ends, in an order that spreads over the hosts, and another wants to run.
        while (world.isWaiting("large") && seconds < 1_200) {
            for (int i = 0; i < 7; i++) {
                running.add(running.remove());
            }
            world.ends(running.remove());
            world.queue("s" + next++, 1);
            world.pass(1);
            seconds++;
            for (int i = 0; i < next; i++) {
                if (world.isPlaced("s" + i)) {
                    busy++;
                    if (!running.contains("s" + i)) {
                        running.add("s" + i);
                    }
                }
            }
        }
        assertThat(world.isPlaced("large")).isTrue();
        assertThat(seconds).as("a bound on the wait").isLessThan(600);
        assertThat((double) busy / seconds / (hosts * 8))
                .as("units in use meanwhile")
                .isGreaterThan(0.95);
        Reservation left = world.reservation("large");
        assertThat(left).isNull();
    }
}
