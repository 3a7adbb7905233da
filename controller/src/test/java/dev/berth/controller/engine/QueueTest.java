package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueTest {
    private final QueueFixture world = new QueueFixture();

    @BeforeEach
    void oneFullHostOfEight() {
        world.host("a", 8);
        world.run("four", 4);
        world.run("other", 4);
    }

    @Test
    void whatComesFreeGoesByPriorityThenByAge() {
        world.queue("first", 4);
        world.cluster.nowMillis++;
        world.queue("second", 4);
        world.deploy("urgent", ResourceRequest.gpus(4), QueueTerms.QUEUE.withPriority(5));
        assertThat(world.position("urgent")).isEqualTo(1);
        assertThat(world.position("first")).isEqualTo(2);
        assertThat(world.position("second")).isEqualTo(3);
        world.ends("four");
        assertThat(world.isPlaced("urgent")).isTrue();
        world.ends("other");
        assertThat(world.isPlaced("first")).isTrue();
        assertThat(world.isWaiting("second")).isTrue();
        assertThat(world.position("second")).isEqualTo(1);
    }

    @Test
    void aSmallRequestUsesWhatTheLargeOneAheadCannotUseYet() {
        world.queue("large", 8);
        world.queue("small", 2);
        world.ends("four");
        assertThat(world.isWaiting("large")).isTrue();
        assertThat(world.isPlaced("small")).isTrue();
        assertThat(world.cluster
                        .deploy("late", 2, Unplaced.FAIL_FAST)
                        .placement()
                        .grant())
                .as("a newcomer takes what nobody in the queue can use")
                .isNotNull();
    }

    @Test
    void aNewcomerNeverOvertakesAnEqualRequestThatWaits() {
        world.queue("early", 4);
        Pod late = world.deploy("late", ResourceRequest.gpus(4), QueueTerms.FAIL_FAST);
        assertThat(late.state()).isEqualTo(PodState.FAILED);
        world.queue("later", 4);
        world.ends("four");
        assertThat(world.isPlaced("early")).isTrue();
        assertThat(world.isWaiting("later")).isTrue();
    }

    @Test
    void requestsOfManyKindsAreServedInOrderFromOneHostThatOpens() {
        world.queue("eight", 8);
        world.queue("three", 3);
        world.queue("five", 5);
        world.queue("two", 2);
        world.host("b", 5);
        assertThat(world.isWaiting("eight")).isTrue();
        assertThat(world.isPlaced("three")).as("older than five").isTrue();
        assertThat(world.isWaiting("five")).isTrue();
        assertThat(world.isPlaced("two")).isTrue();
    }

    @Test
    void theTimeoutEndsTheWaitForTheFirstPlaceOnly() {
        QueueTerms minute = new QueueTerms(Unplaced.QUEUE, 0, 60_000, 0, false);
        world.deploy("patient", ResourceRequest.gpus(4), QueueTerms.QUEUE);
        world.deploy("hasty", ResourceRequest.gpus(8), minute);
        world.pass(59);
        assertThat(world.isWaiting("hasty")).isTrue();
        world.pass(1);
        Pod failed = world.cluster.pod("hasty");
        assertThat(failed.state()).isEqualTo(PodState.FAILED);
        assertThat(failed.status().reason()).isEqualTo(Reason.INSUFFICIENT_RESOURCES);
        assertThat(failed.status().message())
                .contains("timeout")
                .contains("60 s")
                .contains("BUSY");
        assertThat(world.isWaiting("patient")).isTrue();
    }

    @Test
    void aPodThatHadAPlaceWaitsWithoutTimeout() {
        world.ends("four");
        QueueTerms minute = new QueueTerms(Unplaced.QUEUE, 0, 60_000, 0, false);
        world.run("resumed", ResourceRequest.gpus(4), minute);
        world.cluster.act("resumed", PodAction.PAUSE);
        world.ends("resumed");
        world.run("taker", 4);
        world.cluster.act("resumed", PodAction.RUN);
        world.pass(120);
        assertThat(world.isWaiting("resumed")).isTrue();
    }

    @Test
    void whatNoHostCouldEverTakeWaitsWithTheReasonAndIsPlacedWhenSuchAHostJoins() {
        Reply reply = world.submit("nine", ResourceRequest.gpus(9), QueueTerms.QUEUE);
        assertThat(((Reply.PodReply) reply).warnings())
                .singleElement()
                .asString()
                .contains("GPU_COUNT");
        assertThat(world.cluster.pod("nine").status().reason()).isEqualTo(Reason.UNSATISFIABLE);
        assertThat(world.cluster.pod("nine").status().message()).contains("GPU_COUNT");
        world.host("b", 16);
        assertThat(world.isPlaced("nine")).isTrue();
        assertThat(world.cluster.pod("nine").status().reason()).isEqualTo(Reason.NONE);
    }

    @Test
    void aPodIsToldAgainOnlyWhenOtherRulesSayNo() {
        world.queue("waits", 8);
        world.pass(60);
        List<JournalRecord.PodMoved> told = told("waits");
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().to().message()).contains("BUSY");
        world.silence("a");
        world.pass(40);
        assertThat(told("waits"))
                .hasSize(2)
                .last()
                .satisfies(moved -> assertThat(moved.to().message()).contains("NOT_READY"));
    }

    private List<JournalRecord.PodMoved> told(String id) {
        return world.cluster.journal.stream()
                .filter(JournalRecord.PodMoved.class::isInstance)
                .map(JournalRecord.PodMoved.class::cast)
                .filter(moved -> moved.podId().value().equals(id))
                .toList();
    }
}
