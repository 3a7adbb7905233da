package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.RunningPod;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What containers write outside their volumes, where no storage driver limits it. */
class ContainerDisksTest {
    private static final long GB = 1L << 30;
    private static final PodKey POD = new PodKey("p1", 1);

    private final InMemoryRuntime runtime = new InMemoryRuntime("host1", InstantSource.system());
    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();

    /** A container of that pod that wrote so much; answers with its id. */
    private String wrote(PodKey pod, long bytes) {
        runtime.join("cluster1");
        String id = runtime.faults().ghost("cluster1", "host1", pod.podId(), pod.incarnation());
        runtime.faults().wrote("berth-" + pod.podId() + "-" + pod.incarnation(), bytes);
        return id;
    }

    @Test
    void whatIsOverItsLimitIsToldAndWhatIsAtItIsNot() {
        String over = wrote(POD, 2 * GB + 1);
        String at = wrote(new PodKey("p2", 1), 2 * GB);
        try (ContainerDisks disks = new ContainerDisks(runtime, events::add)) {
            disks.look(new RunningPod(new PodKey("p2", 1), at, List.of(), 2));
            assertThat(events).isEmpty();
            disks.look(new RunningPod(POD, over, List.of(), 2));
            assertThat(events).singleElement().isInstanceOfSatisfying(AgentEvent.DiskExceeded.class, told -> {
                assertThat(told.key()).isEqualTo(POD);
                assertThat(told.containerId()).isEqualTo(over);
                assertThat(told.message()).contains("2048 MiB").contains("2 GB");
            });
        }
    }

    @Test
    void aContainerThatIsGoneOrAnEngineThatIsAwayIsNoEvidence() {
        String over = wrote(POD, 2 * GB);
        try (ContainerDisks disks = new ContainerDisks(runtime, events::add)) {
            disks.look(new RunningPod(POD, "gone", List.of(), 1));
            runtime.faults().down();
            disks.look(new RunningPod(POD, over, List.of(), 1));
            assertThat(events).isEmpty();
        }
    }

    @Test
    void aRoundLooksAtThePodsThatHaveALimit() throws InterruptedException {
        String over = wrote(POD, 2 * GB);
        try (ContainerDisks disks = new ContainerDisks(runtime, events::add)) {
            disks.running(List.of(new RunningPod(new PodKey("free", 1), over, List.of(), 0)));
            disks.round();
            assertThat(events).isEmpty();
            disks.running(List.of(new RunningPod(POD, over, List.of(), 1)));
            disks.round();
            assertThat(events.poll(60, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            AgentEvent.DiskExceeded.class,
                            told -> assertThat(told.key()).isEqualTo(POD));
        }
    }
}
