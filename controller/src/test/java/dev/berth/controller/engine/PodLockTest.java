package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A locked pod refuses what would stop or end it or drop its disk, until it is unlocked. */
class PodLockTest {
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void join() {
        cluster.join("a", inventory("RTX A4000", 2, 8, 64, "GPU-a"));
        Pod pod = cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        cluster.report("a", pod, Phase.RUNNING);
    }

    @Test
    void aLockedPodRefusesPauseResetAndTerminate() {
        Pod locked = pod(cluster.act("p1", PodAction.LOCK));
        assertThat(locked.locked()).isTrue();
        assertThat(locked.state()).isEqualTo(PodState.RUNNING);
        for (PodAction action : List.of(PodAction.PAUSE, PodAction.RESET, PodAction.TERMINATE)) {
            assertThat(refused(cluster.act("p1", action)))
                    .satisfies(
                            no -> assertThat(no.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION),
                            no -> assertThat(no.message())
                                    .contains("locked")
                                    .contains("unlock it first")
                                    .contains("UNLOCK"));
        }
        assertThat(pod(cluster.act("p1", PodAction.RESTART)).state()).isEqualTo(PodState.INITIALIZING);
    }

    @Test
    void lockAndUnlockAreEventsAndTheSameAgainHasNoEffect() {
        Pod locked = pod(cluster.act("p1", PodAction.LOCK));
        assertThat(pod(cluster.act("p1", PodAction.LOCK)).version()).isEqualTo(locked.version());
        Pod open = pod(cluster.act("p1", PodAction.UNLOCK));
        assertThat(open.locked()).isFalse();
        assertThat(pod(cluster.act("p1", PodAction.UNLOCK)).version()).isEqualTo(open.version());
        assertThat(cluster.engine.cluster().events(open.id()).stream().map(PodEvent::message))
                .containsSubsequence("locked", "unlocked");
        assertThat(pod(cluster.act("p1", PodAction.PAUSE)).state()).isEqualTo(PodState.STOPPING);
    }

    @Test
    void aPauseOfALockedPodThatIsPausedAlreadyIsASuccess() {
        cluster.act("p1", PodAction.PAUSE);
        Pod locked = pod(cluster.act("p1", PodAction.LOCK));
        assertThat(pod(cluster.act("p1", PodAction.PAUSE)).version()).isEqualTo(locked.version());
        cluster.report("a", locked, Phase.ENDED);
        assertThat(cluster.act("p1", PodAction.TERMINATE)).isInstanceOf(Reply.Refused.class);
        assertThat(pod(cluster.act("p1", PodAction.RUN)).state()).isEqualTo(PodState.INITIALIZING);
    }

    @Test
    void aFinalPodIsNotLocked() {
        cluster.act("p1", PodAction.TERMINATE);
        cluster.report("a", cluster.pod("p1"), Phase.GONE);
        assertThat(refused(cluster.act("p1", PodAction.LOCK)).message()).contains("TERMINATED");
    }
}
