package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.ID;
import static dev.berth.controller.engine.DeploymentCluster.job;
import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.TestCluster.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Timings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a controller that was killed and came back by replay still owes its deployments. */
class DeploymentRestartTest {
    private final DeploymentCluster world = new DeploymentCluster();

    @BeforeEach
    void oneHostOfEight() {
        world.cluster.join("a", inventory("RTX 4090", 8, 64, 360, "GPU-a"));
    }

    private ClusterState replayed() {
        ClusterState state = new ClusterState();
        world.cluster.journal.forEach(state::apply);
        return state;
    }

    private Engine restarted(ClusterState state) {
        Engine engine = new Engine(state, Timings.DEFAULT, world.cluster.nowMillis, 100);
        engine.begin("", world.cluster.nowMillis);
        return engine;
    }

    @Test
    void aBackOffEndsThoughItsTimerDiedWithTheProcess() {
        world.create(replicas(1));
        world.runAll();
        world.exits(world.member(0), 1);
        Engine engine = restarted(replayed());
        engine.step(new Event.Ticked(world.cluster.nowMillis + 9_999));
        assertThat(engine.cluster().livePods(ID)).isEmpty();
        engine.step(new Event.Ticked(world.cluster.nowMillis + 10_000));
        assertThat(engine.cluster().livePods(ID)).hasSize(1);
    }

    @Test
    void nothingIsMadeTwiceWhenAllIsThere() {
        world.create(replicas(5));
        world.runAll();
        Engine engine = restarted(replayed());
        List<JournalRecord> records = new ArrayList<>();
        for (int second = 0; second < 30; second++) {
            records.addAll(engine.step(new Event.Ticked(world.cluster.nowMillis + second * 1_000L))
                    .records());
        }
        assertThat(records).noneMatch(JournalRecord.PodCreated.class::isInstance);
        assertThat(engine.cluster().census(ID).running()).isEqualTo(5);
    }

    @Test
    void aJobKnowsItsCompletionsAndTheSnapshotKeepsWhoWaits() {
        world.create(job(4, 2, Completion.EXIT_ZERO, 6));
        world.runAll();
        world.exits(world.member(0), 0);
        world.runAll();
        world.exits(world.member(1), 5);
        ClusterState restored = ClusterState.restore(replayed().snapshot());
        assertThat(restored.progress(ID).isCompleted(0)).isTrue();
        assertThat(restored.progress(ID).isHeld(1)).isTrue();
        assertThat(restored.census(ID).live()).isEqualTo(world.census().live());
        Engine engine = restarted(restored);
        engine.step(new Event.Ticked(world.cluster.nowMillis));
        assertThat(indexes(engine)).containsExactly(2);
        engine.step(new Event.Ticked(world.cluster.nowMillis + 10_000));
        assertThat(indexes(engine)).containsExactly(1, 2);
    }

    @Test
    void theSameEventsMakeTheSamePodsInAnotherEngine() {
        world.create(replicas(3));
        DeploymentCluster other = new DeploymentCluster();
        other.cluster.join("a", inventory("RTX 4090", 8, 64, 360, "GPU-a"));
        other.create(replicas(3));
        assertThat(other.cluster.journal).isEqualTo(world.cluster.journal);
        List<PodId> ids = world.live().stream().map(Pod::id).toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.value().matches("[a-z0-9]{16}"));
    }

    private static List<Integer> indexes(Engine engine) {
        return engine.cluster().livePods(ID).stream()
                .map(pod -> pod.membership() == null ? -1 : pod.membership().index())
                .sorted()
                .toList();
    }
}
