package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumePlace;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes of one pod are never mounted in each other's way, wherever the paths come from. */
class MountOverlapTest {
    private static final Actor USER = new Actor(Actor.Kind.USER, "test");
    private static final VolumeId SETS = new VolumeId("netnetnetnetnet1");

    private final VolumeWorld world = new VolumeWorld();
    private int keys;

    @BeforeEach
    void aShareWithAVolume() {
        world.join("a", VolumeWorld.inventory("a", 4, 0, "nfs"));
        world.cluster.step(new Event.VolumeSubmitted(
                key("CreateVolume"), USER, SETS, "sets", new VolumePlace("eu", ""), 10, world.cluster.nowMillis));
    }

    @Test
    void aPodVolumeThatStaysWhereItIsCountsAtItsOwnPath() {
        stopped("p", new PodStorage(20, 0, 10, "/data", Map.of()));
        // Nothing was said of its path, so it is asked for at the usual one and stays at its own.
        assertThat(refused(edit("p", "/workspace", "/data")))
                .returns(Reply.Kind.INVALID_ARGUMENT, Reply.Refused::kind)
                .returns("spec.network_volumes", Reply.Refused::field)
                .returns(
                        "the path of \"sets\" must not be above, at or below that of another volume: /data and /data",
                        Reply.Refused::message);
        assertThat(refused(edit("p", "/workspace", "/data/sets")).field()).isEqualTo("spec.network_volumes");
        assertThat(pod(edit("p", "/workspace", "/workspace")).spec().storage())
                .isEqualTo(new PodStorage(20, 0, 10, "/data", Map.of(SETS, "/workspace")));
    }

    @Test
    void aDeployIsMeasuredByTheSameRule() {
        PodStorage nested = new PodStorage(20, 0, 10, "/workspace", Map.of(new VolumeId("sets"), "/workspace/sets"));
        PodSpec spec = VolumeWorld.spec("p", 1, 0, 0).withStorage(nested);
        assertThat(refused(world.cluster.submit(spec, "p", "k")).field()).isEqualTo("spec.network_volumes");
        PodStorage beside = new PodStorage(20, 0, 10, "/workspace", Map.of(new VolumeId("sets"), "/workspaces"));
        assertThat(pod(world.cluster.submit(spec.withStorage(beside), "p", "k2"))
                        .name())
                .isEqualTo("p");
    }

    @Test
    void aVolumeIsNotRestoredOntoANetworkVolume() {
        stopped("p", new PodStorage(20, 0, 10, "/data", Map.of()));
        Volume volume = world.view().volumesOf(world.pod("p").id()).getFirst();
        world.terminate("p");
        stopped("q", new PodStorage(20, 0, 0, "", Map.of(new VolumeId("sets"), "/workspace/sets")));
        assertThat(refused(restore(volume, "q")))
                .returns(Reply.Kind.FAILED_PRECONDITION, Reply.Refused::kind)
                .extracting(Reply.Refused::message)
                .asString()
                .contains("would be mounted at /workspace of pod q")
                .contains("network volume " + SETS + " is at /workspace/sets");
        pod(edit("q", "", "/sets"));
        assertThat(restore(volume, "q")).isInstanceOf(Reply.VolumeReply.class);
        assertThat(world.pod("q").spec().storage())
                .isEqualTo(new PodStorage(20, 0, 10, "/workspace", Map.of(SETS, "/sets")));
    }

    private void stopped(String id, PodStorage storage) {
        pod(world.cluster.submit(VolumeWorld.spec(id, 1, 0, 0).withStorage(storage), id, id));
        world.keeps(id);
        world.says(id, Phase.RUNNING);
        world.pause(id);
    }

    /** As rpc asks for it when the path of the pod volume was not said. */
    private Reply edit(String id, String defaultMount, String path) {
        PodStorage had = world.pod(id).spec().storage();
        PodStorage asked = new PodStorage(20, 0, had.podVolumeGb(), defaultMount, Map.of(new VolumeId("sets"), path));
        Event.SpecEdit edit = new Event.SpecEdit(world.pod(id).spec().withStorage(asked), true, true);
        return world.cluster.step(new Event.PodEditAsked(
                key("EditPod"), USER, id, edit, world.pod(id).version(), world.cluster.nowMillis));
    }

    private Reply restore(Volume volume, String id) {
        return world.cluster.step(new Event.VolumeActed(
                key("RestoreVolume"),
                USER,
                volume.id().value(),
                new Event.VolumeAct.Restore(id),
                world.cluster.nowMillis));
    }

    private RequestKey key(String method) {
        return new RequestKey(TestCluster.TENANT, method, "key-" + keys++, "");
    }
}
