package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.observed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.host.PodProgress;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ends that are no ends of the process itself: a boot of the machine, a full container disk; and what hosts warn of. */
class HostBootTest {
    private final TestCluster cluster = new TestCluster();
    private long epoch;

    @BeforeEach
    void join() {
        epoch = cluster.join("a", inventory("RTX A4000", 2, 8, 64, "GPU-a"));
        cluster.report("a", cluster.deploy("p1", 1, Unplaced.FAIL_FAST), Phase.RUNNING);
    }

    private void ended(ObservedPod.@Nullable Exit exit, String... warnings) {
        Pod pod = cluster.pod("p1");
        ObservedPod seen = observed(pod, exit == null ? Phase.RUNNING : Phase.ENDED);
        cluster.report(
                "a",
                epoch,
                true,
                new ObservedPod(
                        seen.podId(),
                        seen.incarnation(),
                        seen.phase(),
                        Reason.NONE,
                        "",
                        exit,
                        List.of(),
                        0,
                        new TreeSet<>(),
                        List.of(warnings)));
    }

    private List<String> history() {
        return cluster.engine.cluster().events(cluster.pod("p1").id()).stream()
                .map(PodEvent::message)
                .toList();
    }

    @Test
    void aPodWhoseHostWasBootedComesBackByTheControllersWord() {
        ended(new ObservedPod.Exit(null, false, false, true, false));
        Pod back = cluster.pod("p1");
        assertThat(back.state()).isEqualTo(PodState.INITIALIZING);
        assertThat(back.status().desired()).isEqualTo(DesiredState.RUNNING);
        assertThat(back.placement().incarnation()).isEqualTo(2);
        assertThat(back.placement().grant()).isNotNull();
        assertThat(history()).containsSubsequence("its host was booted", "queued again: its host was booted");
        cluster.report("a", back, Phase.RUNNING);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void aPodThatWasToStopStaysStopped() {
        cluster.act("p1", PodAction.PAUSE);
        ended(new ObservedPod.Exit(null, false, false, true, false));
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.USER);
    }

    @Test
    void aFullContainerDiskStopsThePodWithItsReason() {
        ended(new ObservedPod.Exit(137, false, true, false, true));
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.DISK_QUOTA);
        assertThat(cluster.pod("p1").status().message()).contains("container disk");
        assertThat(cluster.free("a")).isEqualTo(2);
    }

    @Test
    void aWarningOfTheHostIsToldOnce() {
        ended(null, "the system volume is small");
        long version = cluster.pod("p1").version();
        ended(null, "the system volume is small");
        assertThat(cluster.pod("p1").version()).isEqualTo(version);
        assertThat(history()).containsOnlyOnce("warning: the system volume is small");
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void aWarningIsToldAnewInTheNextIncarnation() {
        ended(null, "the system volume is small");
        cluster.act("p1", PodAction.RESET);
        ended(null, "the system volume is small");
        ended(null, "the system volume is small", "the disk is slow");
        assertThat(history().stream().filter(message -> message.startsWith("warning: ")))
                .containsExactly(
                        "warning: the system volume is small",
                        "warning: the system volume is small",
                        "warning: the disk is slow");
    }

    @Test
    void aControllerThatStartsReadsFromTheHistoryWhatWasTold() {
        ended(null, "the system volume is small");
        PodProgress next = new PodProgress();
        Pod pod = cluster.pod("p1");
        assertThat(next.warns(cluster.engine.cluster(), pod, "warning: the system volume is small"))
                .isFalse();
        assertThat(next.warns(cluster.engine.cluster(), pod, "warning: the disk is slow"))
                .isTrue();
        assertThat(next.warns(cluster.engine.cluster(), pod, "warning: the disk is slow"))
                .isFalse();
        next.goneBack();
        assertThat(next.warns(cluster.engine.cluster(), pod, "warning: the disk is slow"))
                .as("its event was not durable")
                .isTrue();
    }
}
