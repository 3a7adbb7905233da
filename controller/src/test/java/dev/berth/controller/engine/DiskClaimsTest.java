package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
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
        RequestKey request = new RequestKey(TestCluster.TENANT, "ResizeVolume", "key-" + keys++, "");
        return world.cluster.step(new Event.VolumeActed(
                request,
                new Actor(Actor.Kind.USER, "test"),
                world.volume("p").id().value(),
                new Event.VolumeAct.Resize(gb),
                world.cluster.nowMillis));
    }
}
