package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a host has given of its disk is what placements were given there, whatever specs ask for meanwhile (INV-07). */
class DiskClaimsTest {
    private static final HostId A = new HostId("a");

    private final VolumeWorld world = new VolumeWorld();
    private int keys;

    /** 10 GB count as 200; p rests there with 20 GB of container disk and 100 of a volume. */
    private void stoppedBesideAFreeRestOf(int freeGb) {
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        world.running("p", 1);
        world.pause("p");
        world.deploy("other", 1, 60 - freeGb, 0);
        assertThat(claimedGb()).isEqualTo(200 - freeGb);
    }

    @Test
    void aLabelOnAQueuedPodTakesNothingOfTheDiskThatItWaitsFor() {
        stoppedBesideAFreeRestOf(0);
        edit(world.pod("p").spec().withStorage(new PodStorage(50, 100, 0, "", Map.of())));
        world.run("p");
        assertThat(world.pod("p").isQueued()).isTrue();
        edit(labelled(world.pod("p").spec()));
        assertThat(claimedGb()).isEqualTo(200);
        assertThat(world.pod("p").isQueued()).as("30 GB are not there").isTrue();
    }

    @Test
    void aVolumeThatGrowsAgainWhileItsPodWaitsIsMeasuredByWhatItsHostGaveIt() {
        stoppedBesideAFreeRestOf(10);
        assertThat(resize(150)).isInstanceOf(Reply.VolumeReply.class);
        world.run("p");
        assertThat(world.pod("p").isQueued()).isTrue();
        assertThat(resize(151)).isInstanceOf(Reply.VolumeReply.class);
        assertThat(claimedGb()).isEqualTo(190);
        assertThat(world.pod("p").isQueued()).isTrue();
        assertThat(world.replayed().claimedDiskGb(A)).isEqualTo(190);
    }

    @Test
    void aPlacedPodsVolumeGrowsByWhatItsHostHasLeft() {
        stoppedBesideAFreeRestOf(30);
        world.run("p");
        assertThat(refused(resize(131)).message()).contains("cannot grow by 31 GB", "has 30 GB of disk left");
        assertThat(resize(130)).isInstanceOf(Reply.VolumeReply.class);
        assertThat(claimedGb()).isEqualTo(200);
    }

    @Test
    void theHostThatAPodLeftIsNotChargedForWhatItsNextOneGives() {
        stoppedBesideAFreeRestOf(0);
        edit(world.pod("p").spec().withStorage(new PodStorage(50, 100, 0, "", Map.of())));
        world.run("p");
        world.join("b", VolumeWorld.inventory("b", 1, 10));
        assertThat(world.hostOf("p")).isEqualTo("b");
        assertThat(claimedGb()).isEqualTo(200);
        assertThat(world.view().claimedDiskGb(new HostId("b"))).isEqualTo(150);
    }

    @Test
    void aSmallerContainerDiskIsFreeOnceTheLargeOneIsGone() {
        stoppedBesideAFreeRestOf(0);
        edit(world.pod("p").spec().withStorage(new PodStorage(5, 100, 0, "", Map.of())));
        assertThat(claimedGb()).as("what the stopped container wrote is there").isEqualTo(200);
        PodSpec next = VolumeWorld.spec("next", 1, 0, 0).withStorage(PodStorage.containerDisk(15));
        assertThat(pod(world.cluster.submit(next, "next", "next")).isQueued()).isTrue();
        world.run("p");
        assertThat(world.pod("p").placement().grant()).isNotNull();
        assertThat(world.pod("next").isQueued()).as("15 GB came free").isFalse();
        assertThat(claimedGb()).isEqualTo(200);
    }

    @Test
    void aRescueTakesNothingOfADiskThatIsGivenAwayAndItsVolumesGrowAtTheNextRun() {
        stoppedBesideAFreeRestOf(0);
        resize(160);
        edit(world.pod("p").spec().withStorage(new PodStorage(30, 160, 0, "", Map.of())));
        Pod rescue = pod(world.cluster.rescue("p"));
        assertThat(rescue.isRescue()).isTrue();
        assertThat(claimedGb()).isEqualTo(200);
        assertThat(world.events("p")).last().asString().endsWith("they grow when it runs with its GPUs");
        assertThat(world.replayed().claimedDiskGb(A)).isEqualTo(200);
        Effect.SendDesired told = lastTold();
        assertThat(told.assignments())
                .extracting(Effect.Assigned::containerDiskGb)
                .containsExactly(20);
        assertThat(told.copies()).extracting(Effect.OrderedCopy::sizeGb).containsExactly(100);
        world.says("p", Phase.RUNNING);
        world.pause("p");
        VolumeKey others = world.key("other", 1);
        world.terminate("other");
        world.run("p");
        assertThat(world.pod("p").isQueued())
                .as("20 GB are there, and 70 are asked for")
                .isTrue();
        world.sees("a", others, Condition.TRASHED);
        assertThat(world.pod("p").placement().grant()).isNotNull();
        told = lastTold();
        assertThat(told.assignments())
                .extracting(Effect.Assigned::containerDiskGb)
                .containsExactly(30);
        assertThat(told.copies()).extracting(Effect.OrderedCopy::sizeGb).containsExactly(160);
    }

    @Test
    void aRescueNeedsAGigabyteWhereItsPodHasNoContainerDiskAnyMore() {
        stoppedBesideAFreeRestOf(0);
        world.says("p", Phase.GONE);
        assertThat(claimedGb()).isEqualTo(180);
        world.deploy("more", 1, 0, 0);
        assertThat(claimedGb()).isEqualTo(200);
        assertThat(refused(world.cluster.rescue("p")).message()).contains("not even 1 GB for its container on host a");
        world.terminate("more");
        assertThat(pod(world.cluster.rescue("p")).isRescue()).isTrue();
        assertThat(claimedGb()).isEqualTo(181);
    }

    @Test
    void whatComesBackFromTheTrashTakesWhatItTookThereUntilItRuns() {
        stoppedBesideAFreeRestOf(0);
        VolumeKey laidAside = world.key("p", 1);
        VolumeKey others = world.key("other", 1);
        world.terminate("p");
        world.sees("a", laidAside, Condition.TRASHED);
        world.deploy("q", 1, 0, 0);
        world.says("q", Phase.RUNNING);
        world.pause("q");
        world.deploy("big", 1, 70, 0);
        assertThat(world.pod("big").placement().grant()).as("80 + 1 + 20 + 90").isNotNull();
        assertThat(claimedGb()).isEqualTo(290);
        assertThat(act(laidAside.volumeId(), new Event.VolumeAct.Restore("q"))).isInstanceOf(Reply.VolumeReply.class);
        assertThat(claimedGb()).as("one file, counted once").isEqualTo(191);
        assertThat(world.cluster.engine.sightings().freeDiskGb(world.view(), world.cluster.host("a")))
                .isEqualTo(9);
        assertThat(ClusterState.restore(world.replayed().snapshot()).claimedDiskGb(A))
                .isEqualTo(191);
        world.sees("a", world.key("q", 2), Condition.PRESENT);
        world.sees("a", laidAside, Condition.ABSENT);
        world.run("q");
        assertThat(world.pod("q").isQueued()).as("99 GB more are not there").isTrue();
        assertThat(claimedGb()).isEqualTo(191);
        world.terminate("other");
        world.sees("a", others, Condition.TRASHED);
        assertThat(world.pod("q").isQueued()).as("88 GB").isTrue();
        world.says("q", Phase.GONE);
        world.terminate("big");
        assertThat(world.pod("q").placement().grant()).isNotNull();
        assertThat(claimedGb()).isEqualTo(70 + 60 + 120);
    }

    @Test
    void whatIsTakenOutOfTheTrashAndGivenUpBeforeItsHostDidSoCountsWhereItLies() {
        stoppedBesideAFreeRestOf(0);
        VolumeKey laidAside = world.key("p", 1);
        world.terminate("p");
        world.sees("a", laidAside, Condition.TRASHED);
        world.deploy("q", 1, 0, 0);
        world.says("q", Phase.RUNNING);
        world.pause("q");
        act(laidAside.volumeId(), new Event.VolumeAct.Restore("q"));
        world.terminate("q");
        assertThat(claimedGb()).isEqualTo(81);
        world.sees("a", new VolumeKey(laidAside.volumeId(), 2), Condition.ABSENT);
        assertThat(world.copies(laidAside.volumeId())).containsExactly("a 1 TRASH");
        assertThat(claimedGb()).isEqualTo(81);
        world.sees("a", laidAside, Condition.ABSENT);
        assertThat(claimedGb()).isEqualTo(80);
    }

    @Test
    void aControllerThatHasNotHeardWhatLiesOnAHostRestoresNothingThere() {
        stoppedBesideAFreeRestOf(0);
        VolumeId id = world.volume("p").id();
        world.terminate("p");
        world.deploy("q", 1, 0, 0);
        world.says("q", Phase.RUNNING);
        world.pause("q");
        Engine next = new Engine(world.replayed(), Timings.DEFAULT, world.cluster.nowMillis, 100);
        next.begin("", world.cluster.nowMillis);
        Reply reply = next.step(acted(id, new Event.VolumeAct.Restore("q"))).reply();
        assertThat(refused(reply).message()).contains("has not said yet what is on its disk");
    }

    @Test
    void aVolumeOnItsWayGrowsOnlyWhereBothHostsHaveTheDisk() {
        stoppedBesideAFreeRestOf(30);
        world.deploy("units", 3, 0, 0);
        world.join("b", VolumeWorld.inventory("b", 1, 7));
        world.run("p");
        assertThat(world.hostOf("p")).as("b has 140 GB, and 120 are taken").isEqualTo("b");
        assertThat(refused(resize(111)).message()).contains("cannot grow by 11 GB: host a has 10 GB");
        assertThat(resize(110)).isInstanceOf(Reply.VolumeReply.class);
        assertThat(claimedGb()).isEqualTo(200);
        world.terminate("units");
        assertThat(refused(resize(125)).message()).contains("cannot grow by 15 GB: host b has 10 GB");
    }

    private Effect.SendDesired lastTold() {
        return world.cluster.effects.reversed().stream()
                .filter(Effect.SendDesired.class::isInstance)
                .map(Effect.SendDesired.class::cast)
                .filter(told -> !told.assignments().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private long claimedGb() {
        return world.view().claimedDiskGb(A);
    }

    private void edit(PodSpec spec) {
        pod(world.cluster.edit("p", spec, world.pod("p").version()));
    }

    private static PodSpec labelled(PodSpec was) {
        return new PodSpec(
                was.name(),
                was.container(),
                was.request(),
                was.storage(),
                was.tcpPorts(),
                was.lifetime(),
                Map.of("a", "b"),
                was.terms());
    }

    private Reply resize(int gb) {
        return act(world.volume("p").id(), new Event.VolumeAct.Resize(gb));
    }

    private Reply act(VolumeId id, Event.VolumeAct act) {
        return world.cluster.step(acted(id, act));
    }

    private Event.VolumeActed acted(VolumeId id, Event.VolumeAct act) {
        RequestKey request = new RequestKey(TestCluster.TENANT, "VolumeAct", "key-" + keys++, "");
        Actor actor = new Actor(Actor.Kind.ADMIN, "root");
        return new Event.VolumeActed(request, actor, id.value(), act, world.cluster.nowMillis);
    }
}
