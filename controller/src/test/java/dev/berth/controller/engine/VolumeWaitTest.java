package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pods that wait for hosts which have their volumes: found by the simulation. */
class VolumeWaitTest {
    private static final Actor USER = new Actor(Actor.Kind.USER, "test");

    private final VolumeWorld world = new VolumeWorld();

    private Volume volume(String pod, VolumeKind kind) {
        return world.view().volumesOf(new PodId(pod)).stream()
                .filter(volume -> volume.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private Pod runsWithBoth(String pod) {
        world.deploy(pod, 1, 40, 40);
        world.keeps(pod);
        return world.says(pod, Phase.RUNNING);
    }

    private void restore(VolumeId id, String pod) {
        RequestKey request = new RequestKey(TestCluster.TENANT, "RestoreVolume", id.value(), "");
        Event event = new Event.VolumeActed(
                request, USER, id.value(), new Event.VolumeAct.Restore(pod), world.cluster.nowMillis);
        assertThat(world.cluster.step(event)).isInstanceOf(Reply.VolumeReply.class);
    }

    /** Placed on either, the other would be begun anew, and what was restored would be lost. */
    @Test
    void aPodWhoseVolumesAreTakenOutOfTheTrashOfTwoHostsWaitsForOneOfThem() {
        world.join("a", 1);
        runsWithBoth("p");
        world.join("b", 1);
        runsWithBoth("q");
        VolumeId system = volume("p", VolumeKind.SYSTEM).id();
        VolumeId own = volume("q", VolumeKind.POD).id();
        world.terminate("p");
        world.terminate("q");
        runsWithBoth("r");
        world.pause("r");
        restore(system, "r");
        restore(own, "r");
        world.run("r");
        assertThat(world.pod("r").placement().grant()).isNull();
        world.sees("a", new VolumeKey(system, 2), Condition.PRESENT);
        assertThat(world.hostOf("r")).as("the other can follow now").isEqualTo("b");
        assertThat(world.copies(own)).containsExactly("b 1 TRASH", "b 2 KEEP");
        assertThat(world.copies(system)).contains("a 2 KEEP", "b 3 FETCH");
    }

    @Test
    void unitsThatAreKeptForAPodServeItWhenTheHostOfItsVolumesAnswersAgain() {
        world.join("a", 2);
        world.deploy("p", 2, 40, 0);
        world.keeps("p");
        world.says("p", Phase.RUNNING);
        world.pause("p");
        world.deploy("a1", 1, 0, 0);
        world.deploy("a2", 1, 0, 0);
        world.join("b", 2);
        world.deploy("b1", 1, 0, 0);
        List.of("a1", "a2", "b1").forEach(pod -> world.says(pod, Phase.RUNNING));
        world.run("p");
        world.pass(61_000);
        Reservation kept = Objects.requireNonNull(world.view().reservation(new PodId("p")));
        assertThat(kept.hostId()).as("one unit is missing there").isEqualTo(new HostId("b"));
        world.leaves("a");
        world.terminate("b1");
        assertThat(world.pod("p").placement().grant()).as("a does not answer").isNull();
        long epoch = world.cluster.dial("a", VolumeWorld.inventory("a", 2, 0));
        world.cluster.report("a", epoch, true, TestCluster.observed(world.pod("a1"), Phase.RUNNING));
        world.pass(1_000);
        assertThat(world.hostOf("p")).isEqualTo("b");
        assertThat(world.pod("p").placement().grant()).isNotNull();
    }
}
