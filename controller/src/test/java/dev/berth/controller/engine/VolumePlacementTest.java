package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.scheduling.HostVerdict;
import dev.berth.controller.scheduling.Rule;
import dev.berth.controller.scheduling.Search;
import dev.berth.controller.scheduling.StorageNeeds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VolumePlacementTest {
    private final VolumeWorld world = new VolumeWorld();

    @Test
    void diskIsGivenAwayOnceAndNeverBeyondWhatTheHostHas() {
        // Simulated: 10 GB count as 200, and a pod takes 20 of container disk and 60 of volume.
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        world.deploy("p1", 1, 60, 0);
        world.deploy("p2", 1, 60, 0);
        world.deploy("p3", 1, 60, 0);
        assertThat(placed("p1", "p2", "p3")).containsExactly(true, true, false);
        assertThat(world.view().claimedDiskGb(new HostId("a"))).isEqualTo(160);
        assertThat(verdict("a", StorageNeeds.of(world.view(), world.pod("p3"))))
                .satisfies(verdict -> assertThat(verdict.rule()).isEqualTo(Rule.DISK))
                .satisfies(
                        verdict -> assertThat(verdict.message()).isEqualTo("has 40 GB of 200 GB disk free; asked: 80"));
        world.deploy("small", 1, 20, 0);
        assertThat(placed("small")).as("disk for 40 is left").containsExactly(true);
    }

    @Test
    void diskThatIsProvenFreeGoesToThoseWhoWaitForIt() {
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        world.deploy("p1", 1, 100, 0);
        world.keeps("p1");
        world.says("p1", Phase.RUNNING);
        world.deploy("p2", 1, 100, 0);
        assertThat(placed("p2")).containsExactly(false);
        VolumeId id = world.volume("p1").id();
        world.terminate("p1");
        assertThat(placed("p2")).as("it lies in the trash").containsExactly(false);
        world.pass(24 * VolumeWorld.HOUR);
        world.sees("a", new VolumeKey(id, 1), Condition.ABSENT);
        assertThat(placed("p2")).containsExactly(true);
    }

    @Test
    void whatLiesInTheTrashCountsByWhatItTakesOnceItsHostHasSaidSo() {
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        world.running("p1", 1);
        world.deploy("p2", 1, 100, 0);
        VolumeKey key = world.key("p1", 1);
        world.terminate("p1");
        assertThat(placed("p2")).as("nobody knows what it takes").containsExactly(false);
        world.sees("a", key, Condition.PRESENT);
        assertThat(placed("p2")).as("still where it was").containsExactly(false);
        world.sees("a", key, Condition.TRASHED);
        assertThat(placed("p2")).as("it takes one GB of its 100").containsExactly(true);
        world.deploy("p3", 1, 60, 0);
        world.keeps("p2");
        world.says("p2", Phase.RUNNING);
        world.deploy("p4", 1, 1, 0);
        assertThat(placed("p3", "p4")).as("1 + 120 + 80 is more than 200").containsExactly(false, true);
        world.pass(24 * VolumeWorld.HOUR);
        world.sees("a", key, Condition.ABSENT);
        assertThat(placed("p3")).as("120 + 21 + 80").containsExactly(false);
        world.deploy("p5", 1, 39, 0);
        assertThat(placed("p5")).as("120 + 21 + 59").containsExactly(true);
    }

    @Test
    void aRequestBeyondEveryDiskOfTheFleetIsUnsatisfiable() {
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        Search search = Search.of(world.deploy("p", 1, 300, 0).spec().request())
                .needing(StorageNeeds.of(world.view(), world.pod("p")));
        assertThat(world.cluster.engine.outlook().explain(search).everPossible())
                .isFalse();
        assertThat(verdict("a", search.needs()).rule()).isEqualTo(Rule.DISK_SIZE);
    }

    @Test
    void aPodGoesBackToItsVolumesThoughAnotherHostIsFuller() {
        world.join("a", 4);
        world.running("p", 1);
        world.pause("p");
        world.join("b", 1);
        world.run("p");
        assertThat(world.hostOf("p")).isEqualTo("a");
    }

    @Test
    void aResumeOnAFullDiskTakesNothingMore() {
        world.join("a", VolumeWorld.inventory("a", 4, 6));
        world.running("p", 1);
        world.pause("p");
        assertThat(world.view().claimedDiskGb(new HostId("a"))).isEqualTo(120);
        world.run("p");
        assertThat(world.pod("p").placement().grant()).isNotNull();
        assertThat(world.view().claimedDiskGb(new HostId("a"))).isEqualTo(120);
    }

    @Test
    void aStoppedPodMayAskForMoreThanItsHostHasAndIsToldSoWhenItRuns() {
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        world.running("p", 1);
        world.pause("p");
        world.deploy("other", 1, 40, 0);
        edit("p", 150, 30);
        HostId a = new HostId("a");
        assertThat(world.volume("p").sizeGb()).isEqualTo(150);
        assertThat(world.view().claimedDiskGb(a)).as("what was given it").isEqualTo(180);
        assertThat(world.replayed().claimedDiskGb(a)).isEqualTo(180);
        HostVerdict verdict = verdict("a", StorageNeeds.of(world.view(), world.pod("p")));
        assertThat(verdict.rule()).isEqualTo(Rule.DISK);
        assertThat(verdict.message()).isEqualTo("has 20 GB of 200 GB disk free; asked: 60");
        world.run("p");
        assertThat(placed("p")).containsExactly(false);
        world.join("b", VolumeWorld.inventory("b", 1, 10));
        assertThat(world.hostOf("p")).as("there is room for all of it").isEqualTo("b");
        assertThat(world.view().claimedDiskGb(new HostId("b"))).isEqualTo(180);
    }

    @Test
    void whatAStoppedPodAsksForMoreIsTakenFromItsHostWhenItRunsThereAgain() {
        world.join("a", VolumeWorld.inventory("a", 4, 10));
        world.running("p", 1);
        world.pause("p");
        edit("p", 150, 30);
        assertThat(world.view().claimedDiskGb(new HostId("a"))).isEqualTo(120);
        world.run("p");
        assertThat(placed("p")).containsExactly(true);
        assertThat(world.view().claimedDiskGb(new HostId("a"))).isEqualTo(180);
        world.deploy("more", 1, 1, 0);
        assertThat(placed("more")).as("21 GB of 20").containsExactly(false);
    }

    private void edit(String pod, int systemGb, int containerGb) {
        PodSpec spec = world.pod(pod).spec();
        PodStorage storage = new PodStorage(containerGb, systemGb, 0, "", Map.of());
        assertThat(world.cluster.edit(
                        pod, spec.withStorage(storage), world.pod(pod).version()))
                .isInstanceOf(Reply.PodReply.class);
    }

    @Test
    void aPodWhoseVolumesAreOnASilentHostWaitsForIt() {
        world.join("a", 1);
        world.running("p", 1);
        world.pause("p");
        world.deploy("other", 1, 0, 0);
        world.join("b", 1);
        world.leaves("a");
        world.run("p");
        assertThat(placed("p")).containsExactly(false);
        HostVerdict verdict = verdict("b", StorageNeeds.of(world.view(), world.pod("p")));
        assertThat(verdict.rule()).isEqualTo(Rule.VOLUMES);
        assertThat(verdict.message()).isEqualTo("its volumes are on host a, which does not answer");
        long epoch = world.cluster.dial("a", VolumeWorld.inventory("a", 1, 0));
        world.cluster.report("a", epoch, true);
        assertThat(world.hostOf("p")).as("a answers, and is full").isEqualTo("b");
        assertThat(world.events("p")).last().asString().endsWith("moving volumes from host a to host b");
    }

    @Test
    void twoPodsOfEqualRequestsAndDifferentHomesDoNotWaitForEachOther() {
        world.join("a", 1);
        world.running("p", 1);
        world.pause("p");
        world.join("b", 1);
        world.deploy("at-a", 1, 0, 0);
        world.running("q", 1);
        assertThat(world.hostOf("q")).isEqualTo("b");
        world.pause("q");
        world.deploy("at-b", 1, 0, 0);
        world.leaves("a");
        world.run("p");
        world.run("q");
        assertThat(placed("p", "q")).containsExactly(false, false);
        world.join("c", 1);
        assertThat(world.hostOf("q")).as("b answers, a does not").isEqualTo("c");
        assertThat(placed("p")).containsExactly(false);
    }

    @Test
    void aDrainedHostStillGivesItsVolumes() {
        world.join("a", 1);
        world.running("p", 1);
        world.pause("p");
        RequestKey request = new RequestKey(TestCluster.TENANT, "cordon", "k", "");
        world.cluster.step(new Event.HostActed(
                request, new Actor(Actor.Kind.ADMIN, "root"), "a", HostAction.CORDON, 0, world.cluster.nowMillis));
        assertThat(world.cluster.host("a").standing().availability()).isEqualTo(Availability.CORDONED);
        world.join("b", 1);
        world.run("p");
        assertThat(world.copies(world.volume("p").id())).containsExactly("a 1 KEEP", "b 2 FETCH");
    }

    @Test
    void bothHostsAwayTheFetchWaitsAndNothingIsOrdered() {
        world.join("a", 1);
        world.running("p", 1);
        world.pause("p");
        world.deploy("other", 1, 0, 0);
        world.join("b", 1);
        world.run("p");
        VolumeId id = world.volume("p").id();
        world.leaves("a");
        world.leaves("b");
        world.pass(1_000);
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 FETCH");
        assertThat(world.pod("p").state()).isEqualTo(PodState.INITIALIZING);
        world.cluster.act("p", PodAction.PAUSE);
        long epoch = world.cluster.dial("b", VolumeWorld.inventory("b", 1, 0));
        world.cluster.report("b", epoch, true, TestCluster.observed(world.pod("p"), Phase.ENDED));
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 PURGE");
    }

    private List<Boolean> placed(String... pods) {
        return java.util.Arrays.stream(pods)
                .map(pod -> world.pod(pod).placement().grant() != null)
                .toList();
    }

    private HostVerdict verdict(String host, StorageNeeds needs) {
        Search search = Search.of(VolumeWorld.spec("x", 1, 0, 0).request()).needing(needs);
        return world.cluster.engine.outlook().verdicts(search).stream()
                .filter(verdict -> verdict.hostId().value().equals(host))
                .findFirst()
                .orElseThrow();
    }
}
