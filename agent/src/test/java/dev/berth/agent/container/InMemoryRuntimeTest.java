package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerState.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** The double keeps the contract, and its faults do what they say. */
final class InMemoryRuntimeTest extends ContainerRuntimeContract {
    private static final String IMAGE = "berth/debian:bookworm";

    private final InMemoryRuntime first =
            new InMemoryRuntime("host0", InstantSource.fixed(Instant.EPOCH.plusSeconds(9)));

    InMemoryRuntimeTest() {
        first.faults().addImage(IMAGE, false);
    }

    @Override
    ContainerRuntime open(String hostId) {
        InMemoryRuntime made = first.sharing(hostId);
        made.join("cluster1");
        return made;
    }

    @Override
    String image() {
        return IMAGE;
    }

    @Override
    String podIdPrefix() {
        return "p";
    }

    @Test
    void replyThatWasLostIsFoundAgainByRepeating() {
        ContainerPlan plan = plan("sleep");
        first.faults().loseReplyOfNext("create");
        assertKind(Kind.ENGINE_UNAVAILABLE, () -> runtime.create(plan));
        assertThat(runtime.create(plan)).isEqualTo(state(plan).id());
        first.faults().loseReplyOfNext("start");
        assertKind(Kind.ENGINE_UNAVAILABLE, () -> runtime.start(plan.name()));
        assertThat(state(plan).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void callThatShallFailDoesNothing() {
        ContainerPlan plan = plan("sleep");
        first.faults().failNext("create", Kind.CONTAINER_CREATE_ERROR);
        assertKind(Kind.CONTAINER_CREATE_ERROR, () -> runtime.create(plan));
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void downEngineAnswersNothingAndContainersRunOn() {
        ContainerPlan plan = plan("sleep");
        Recorder watch = new Recorder();
        runtime.watch(watch);
        ContainerState running = run(plan);
        first.faults().down();
        assertKind(Kind.ENGINE_UNAVAILABLE, () -> runtime.inspect(plan.name()));
        first.faults().up();
        assertThat(state(plan)).isEqualTo(running);
        assertThat(watch.streams).containsExactly("connected", "lost", "connected");
    }

    @Test
    void ghostIsListedAsOurs() {
        first.faults().ghost("cluster1", "host1", "ghost", 2);
        assertThat(runtime.list()).singleElement().satisfies(state -> {
            assertThat(state.podId()).isEqualTo("ghost");
            assertThat(state.incarnation()).isEqualTo(2);
            assertThat(state.status()).isEqualTo(Status.RUNNING);
        });
    }

    @Test
    void endWithoutEvidenceHasNoCode() {
        ContainerPlan plan = plan("sleep");
        run(plan);
        first.faults().exitWithoutEvidence(plan.name());
        assertThat(state(plan).status()).isEqualTo(Status.EXITED);
        assertThat(state(plan).exitCode()).isEmpty();
    }

    @Test
    void unkillableContainerSaysSo() {
        ContainerPlan plan = plan("sleep");
        run(plan);
        first.faults().makeUnkillable(plan.name());
        assertKind(Kind.UNKILLABLE, () -> runtime.stop(plan.name(), Duration.ZERO));
        first.faults().exit(plan.name(), 137);
        runtime.stop(plan.name(), Duration.ZERO);
    }
}
