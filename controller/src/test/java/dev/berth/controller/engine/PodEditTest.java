package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Lifetime;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** New specs: everything while stopped, though volumes only grow; else what touches no container; one edit wins. */
class PodEditTest {
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void join() {
        cluster.join("a", inventory("RTX A4000", 2, 8, 64, "GPU-a"));
        PodSpec spec = TestCluster.spec("p1", ResourceRequest.gpus(1), Unplaced.FAIL_FAST)
                .withStorage(new PodStorage(20, 100, 50, "/data", Map.of()));
        Pod pod = pod(cluster.submit(spec, "p1", "deploy"));
        cluster.report("a", pod, Phase.RUNNING);
    }

    private void stop() {
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", cluster.pod("p1"), Phase.ENDED);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
    }

    private Reply edit(PodSpec spec) {
        return cluster.edit("p1", spec, cluster.pod("p1").version());
    }

    private PodSpec spec() {
        return cluster.pod("p1").spec();
    }

    private static PodSpec image(PodSpec spec, String image) {
        PodSpec.Container was = spec.container();
        return spec.withContainer(new PodSpec.Container(
                image, was.entrypoint(), was.command(), was.shellCommand(), was.env(), was.forDevelopment()));
    }

    @Test
    void aStoppedPodMayBecomeAnotherAndRunsAsThat() {
        stop();
        Pod edited = pod(edit(image(spec(), "other").withRequest(ResourceRequest.gpus(2))));
        assertThat(edited.state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.engine.cluster().events(edited.id()).getLast())
                .extracting(PodEvent::message)
                .isEqualTo("edited by test: spec.image, spec.request");
        Pod again = pod(cluster.act("p1", PodAction.RUN));
        assertThat(again.spec().container().image()).isEqualTo("other");
        assertThat(again.placement().grant()).isNotNull();
        assertThat(cluster.free("a")).isZero();
    }

    @Test
    void aRunningPodKeepsItsContainerAndTheErrorNamesTheField() {
        Reply.Refused refused = refused(edit(image(spec(), "other").named("q")));
        assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION);
        assertThat(refused.message())
                .contains("RUNNING")
                .contains("spec.image may only change while it is STOPPED")
                .contains("Pause it first");
        assertThat(spec().name()).isEqualTo("p1");
    }

    @Test
    void nameLabelsPriorityAndLifetimeChangeAtAnyTime() {
        PodSpec was = spec();
        PodSpec next = new PodSpec(
                "renamed",
                was.container(),
                was.request(),
                was.storage(),
                was.tcpPorts(),
                new Lifetime(1_000, "sync", 3_600_000, 7_200_000),
                Map.of("team", "x"),
                was.terms().withPriority(7));
        Pod edited = pod(edit(next));
        assertThat(edited.state()).isEqualTo(PodState.RUNNING);
        assertThat(edited.spec()).isEqualTo(next);
        assertThat(cluster.engine.cluster().livePodsNamed(TestCluster.TENANT, "p1"))
                .isEmpty();
        assertThat(cluster.engine.cluster().livePodsNamed(TestCluster.TENANT, "renamed"))
                .hasSize(1);
    }

    @Test
    void ofTwoEditsAtOnceOneWins() {
        long version = cluster.pod("p1").version();
        pod(cluster.edit("p1", spec().named("first"), version));
        Reply.Refused refused = refused(cluster.edit("p1", spec().named("second"), version));
        assertThat(refused.kind()).isEqualTo(Reply.Kind.ABORTED);
        assertThat(refused.message()).contains("Read it again");
        assertThat(spec().name()).isEqualTo("first");
    }

    @Test
    void volumesNeitherShrinkNorVanish() {
        stop();
        PodStorage was = spec().storage();
        for (PodStorage smaller : List.of(
                was.withSize(VolumeKind.SYSTEM, 99),
                was.withSize(VolumeKind.SYSTEM, 0),
                was.withSize(VolumeKind.POD, 0))) {
            Reply.Refused refused = refused(edit(spec().withStorage(smaller)));
            assertThat(refused.kind()).isEqualTo(Reply.Kind.INVALID_ARGUMENT);
            assertThat(refused.field()).endsWith("_volume_gb");
            assertThat(refused.message()).contains("volumes only grow");
        }
        pod(edit(spec().withStorage(was.withSize(VolumeKind.POD, 80))));
        assertThat(cluster.engine.cluster().volumesOf(cluster.pod("p1").id()))
                .extracting(Volume::sizeGb)
                .containsExactly(100, 80);
    }

    @Test
    void whatIsNotSaidOfVolumesStaysAsItIs() {
        PodSpec defaults = spec().withStorage(new PodStorage(20, 100, 60, "/workspace", Map.of()));
        PodSpec had = spec().withStorage(new PodStorage(20, 70, 50, "/data", Map.of()));
        assertThat(SpecChange.fill(had, new Event.SpecEdit(defaults, true, true))
                        .storage())
                .isEqualTo(new PodStorage(20, 70, 60, "/data", Map.of()));
        assertThat(SpecChange.fill(had, new Event.SpecEdit(defaults, false, false))
                        .storage())
                .isEqualTo(defaults.storage());
    }

    @Test
    void whatNoHostCouldEverTakeIsRefusedAsAtDeploy() {
        stop();
        Reply.Refused refused = refused(edit(spec().withRequest(ResourceRequest.gpus(9))));
        assertThat(refused.kind()).isEqualTo(Reply.Kind.UNSATISFIABLE);
        PodSpec waits =
                TestCluster.spec("p1", ResourceRequest.gpus(9), Unplaced.QUEUE).withStorage(spec().storage());
        Reply.PodReply reply = (Reply.PodReply) edit(waits);
        assertThat(reply.warnings()).singleElement().asString().contains("no host of the fleet");
    }

    @Test
    void aDiskThatNoHostHasIsRefusedAsAtDeployAndIsNeverTheSizeOfAVolume() {
        cluster.join("a", VolumeWorld.inventory("a", 2, 10));
        stop();
        PodStorage was = spec().storage();
        for (PodStorage huge : List.of(
                was.withSize(VolumeKind.SYSTEM, 4_000),
                was.withSize(VolumeKind.POD, 4_000),
                new PodStorage(4_000, 100, 50, "/data", Map.of()))) {
            Reply.Refused refused = refused(edit(spec().withStorage(huge)));
            assertThat(refused.kind()).isEqualTo(Reply.Kind.UNSATISFIABLE);
            assertThat(refused.message()).contains("DISK_SIZE").contains("unplaced QUEUE");
        }
        Volume system = cluster.engine.cluster().volumesOf(new PodId("p1")).getFirst();
        Reply.Refused refused = refused(resize(system, 4_000, "r1"));
        assertThat(refused.kind()).isEqualTo(Reply.Kind.UNSATISFIABLE);
        assertThat(refused.message()).contains("DISK_SIZE").contains("a volume never shrinks");
        assertThat(spec().storage()).isEqualTo(was);
        assertThat(resize(system, 120, "r2")).isInstanceOf(Reply.VolumeReply.class);
    }

    @Test
    void whoQueuesMayAskForADiskThatIsToComeAndIsWarned() {
        cluster.join("a", VolumeWorld.inventory("a", 2, 10));
        stop();
        PodSpec waits =
                TestCluster.spec("p1", ResourceRequest.gpus(1), Unplaced.QUEUE).withStorage(spec().storage());
        assertThat(((Reply.PodReply) edit(waits)).warnings()).isEmpty();
        PodStorage more = waits.storage().withSize(VolumeKind.POD, 500);
        assertThat(((Reply.PodReply) edit(waits.withStorage(more))).warnings())
                .singleElement()
                .asString()
                .contains("DISK_SIZE");
        Volume system = cluster.engine.cluster().volumesOf(new PodId("p1")).getFirst();
        assertThat(resize(system, 600, "r")).isInstanceOf(Reply.VolumeReply.class);
        assertThat(cluster.engine.cluster().events(new PodId("p1")).getLast().message())
                .startsWith("volume " + system.id() + " grown to 600 GB by test; no host of the fleet")
                .contains("DISK_SIZE");
    }

    private Reply resize(Volume volume, int gb, String key) {
        return cluster.step(new Event.VolumeActed(
                new RequestKey(TestCluster.TENANT, "ResizeVolume", key, ""),
                new Actor(Actor.Kind.USER, "test"),
                volume.id().value(),
                new Event.VolumeAct.Resize(gb),
                cluster.nowMillis));
    }

    @Test
    void anEditThatChangesNothingHasNoEffect() {
        long version = cluster.pod("p1").version();
        assertThat(pod(edit(spec())).version()).isEqualTo(version);
    }

    @Test
    void aFinalPodIsNotEdited() {
        cluster.act("p1", PodAction.TERMINATE);
        pod(edit(spec().named("still-ending")));
        cluster.report("a", cluster.pod("p1"), Phase.GONE);
        assertThat(refused(edit(spec().named("x"))).message()).contains("TERMINATED");
    }

    @Test
    void aHigherPriorityMovesAPodForwardInTheQueue() {
        for (String id : List.of("q1", "q2", "q3")) {
            PodSpec spec = TestCluster.spec(id, ResourceRequest.gpus(2), Unplaced.QUEUE);
            pod(cluster.submit(spec, id, id));
        }
        PodSpec q3 = cluster.pod("q3").spec();
        PodSpec urgent =
                new PodSpec("q3", q3.container(), q3.request(), 20, 10_000, Map.of(), QueueTerms.QUEUE.withPriority(5));
        pod(cluster.edit("q3", urgent, cluster.pod("q3").version()));
        assertThat(cluster.engine.cluster().queue()).extracting(Pod::name).containsExactly("q3", "q1", "q2");
        assertThat(cluster.engine.cluster().queuePosition(cluster.pod("q3"))).isEqualTo(1);
        stop();
        assertThat(cluster.pod("q3").placement().grant()).isNotNull();
    }
}
