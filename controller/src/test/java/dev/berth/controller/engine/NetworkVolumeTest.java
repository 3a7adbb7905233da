package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumePlace;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkVolumeTest {
    private static final Actor USER = new Actor(Actor.Kind.USER, "test");
    private static final VolumeId ID = new VolumeId("netnetnetnetnet1");

    private final VolumeWorld world = new VolumeWorld();
    private int keys;

    @BeforeEach
    void aVolumeOnAShareOfOneOfTwoHosts() {
        world.join("plain", VolumeWorld.inventory("plain", 1, 0));
        world.join("sharing", VolumeWorld.inventory("sharing", 4, 0, "nfs1"));
        assertThat(create("data", "eu", "", ID)).isInstanceOf(Reply.VolumeReply.class);
        assertThat(volume().place()).isEqualTo(new VolumePlace("eu", "nfs1"));
    }

    @Test
    void namesAreUniqueAndPlacesMustExist() {
        assertThat(create("data", "eu", "", new VolumeId("other")))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.ALREADY_EXISTS));
        assertThat(create("d2", "mars", "", new VolumeId("other")))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.field()).isEqualTo("region"));
        assertThat(create("d2", "eu", "nfs9", new VolumeId("other")))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.message()).contains("there are: nfs1"));
    }

    @Test
    void aPodThatNamesItIsPlacedWhereItsShareIsMountedAndItsSpecHasTheId() {
        deploy("p", "data");
        assertThat(world.hostOf("p")).isEqualTo("sharing");
        assertThat(world.pod("p").spec().storage().networkVolumes()).isEqualTo(Map.of(ID, "/data"));
        assertThat(world.view().claimedDiskGb(new HostId("sharing")))
                .as("it takes nothing of the host's own disk")
                .isEqualTo(20);
    }

    @Test
    void aNameThatIsUnknownOrInTheTrashIsRefusedByFieldAndKey() {
        assertThat(deploy("p", "nosuch")).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Reply.Kind.INVALID_ARGUMENT);
            assertThat(refused.field()).isEqualTo("spec.network_volumes[\"nosuch\"]");
        });
        act(new Event.VolumeAct.Delete());
        assertThat(deploy("q", ID.value()))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.message()).contains("in the trash"));
    }

    @Test
    void anotherTenantsVolumeIsAnsweredAsOneThatDoesNotExist() {
        RequestKey request = new RequestKey(new TenantId("else"), "DeleteVolume", "k", "");
        Reply reply = world.cluster.step(new Event.VolumeActed(
                request, USER, ID.value(), new Event.VolumeAct.Delete(), world.cluster.nowMillis));
        assertThat(reply)
                .isEqualTo(Reply.refused(Reply.Kind.NOT_FOUND, "no volume has the id or name \"" + ID + "\"."));
    }

    @Test
    void itIsNotDeletedWhileAPodThatMayStillRunNamesIt() {
        deploy("p", "data");
        assertThat(act(new Event.VolumeAct.Delete()))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.message()).contains("p (p)"));
        world.terminate("p");
        assertThat(act(new Event.VolumeAct.Delete())).isInstanceOf(Reply.VolumeReply.class);
        assertThat(volume().isTrashed()).isTrue();
    }

    @Test
    void sizesOnlyGrow() {
        assertThat(act(new Event.VolumeAct.Resize(50))).isInstanceOf(Reply.Refused.class);
        assertThat(act(new Event.VolumeAct.Resize(5_000))).isInstanceOf(Reply.Refused.class);
        act(new Event.VolumeAct.Resize(200));
        assertThat(volume().sizeGb()).isEqualTo(200);
    }

    @Test
    void itComesBackFromTheTrashAsItWasUntilItsEndIsOrdered() {
        act(new Event.VolumeAct.Delete());
        act(new Event.VolumeAct.Restore(""));
        assertThat(volume().isTrashed()).isFalse();
        assertThat(world.view().networkVolumeNamed(TestCluster.TENANT, "data")).isNotNull();
        world.pass(48 * VolumeWorld.HOUR);
        assertThat(world.copies(ID))
                .as("the old time in the trash counts no more")
                .isEmpty();
        act(new Event.VolumeAct.Delete());
        world.pass(24 * VolumeWorld.HOUR);
        assertThat(world.copies(ID)).containsExactly("sharing 2 PURGE");
        assertThat(act(new Event.VolumeAct.Restore(""))).isInstanceOf(Reply.Refused.class);
        world.sees("sharing", new VolumeKey(ID, 2), Condition.ABSENT);
        assertThat(world.view().volume(ID)).isNull();
    }

    @Test
    void withoutAHostThatHasTheShareItsEndWaitsForOne() {
        act(new Event.VolumeAct.Delete());
        world.leaves("sharing");
        world.pass(24 * VolumeWorld.HOUR);
        assertThat(world.copies(ID)).isEmpty();
        world.join("later", VolumeWorld.inventory("later", 1, 0, "nfs1"));
        world.pass(VolumeWorld.HOUR);
        assertThat(world.copies(ID)).containsExactly("later 1 PURGE");
    }

    @Test
    void whereItsCustodianIsSilentOrCannotAnotherHostIsToldTooAndOneWordEndsItForAll() {
        act(new Event.VolumeAct.Delete());
        world.pass(24 * VolumeWorld.HOUR);
        assertThat(world.copies(ID)).containsExactly("sharing 1 PURGE");
        world.join("second", VolumeWorld.inventory("second", 1, 0, "nfs1"));
        world.join("third", VolumeWorld.inventory("third", 1, 0, "nfs1"));
        world.pass(VolumeWorld.HOUR / 2);
        assertThat(world.copies(ID)).as("it has its time").containsExactly("sharing 1 PURGE");
        world.leaves("sharing");
        world.pass(VolumeWorld.HOUR / 30);
        assertThat(world.copies(ID)).containsExactly("sharing 1 PURGE", "second 2 PURGE");
        world.sees("second", new VolumeKey(ID, 2), Condition.PRESENT);
        world.pass(2 * VolumeWorld.HOUR);
        assertThat(world.copies(ID)).containsExactly("sharing 1 PURGE", "second 2 PURGE", "third 3 PURGE");
        assertThat(act(new Event.VolumeAct.Restore(""))).isInstanceOf(Reply.Refused.class);
        world.pass(100 * VolumeWorld.HOUR);
        assertThat(world.copies(ID)).as("each host once").hasSize(3);
        world.sees("third", new VolumeKey(ID, 3), Condition.ABSENT, -1);
        assertThat(world.copies(ID)).as("a word of before the order").hasSize(3);
        world.sees("third", new VolumeKey(ID, 3), Condition.ABSENT);
        assertThat(world.view().volume(ID)).isNull();
        assertThat(world.copies(ID)).isEmpty();
    }

    @Test
    void whoIsToDeleteItIsKnownAfterARestart() {
        act(new Event.VolumeAct.Delete());
        world.pass(24 * VolumeWorld.HOUR);
        Engine next = new Engine(world.replayed(), Timings.DEFAULT, world.cluster.nowMillis, 100);
        next.begin("", world.cluster.nowMillis);
        next.step(new Event.Ticked(world.cluster.nowMillis + VolumeWorld.HOUR));
        assertThat(next.cluster().copiesOf(ID))
                .extracting(copy -> copy.hostId() + " " + copy.goal())
                .as("nobody else answers yet")
                .containsExactly("sharing PURGE");
    }

    private Volume volume() {
        return world.volume(ID);
    }

    private Reply create(String name, String region, String share, VolumeId id) {
        RequestKey request = new RequestKey(TestCluster.TENANT, "CreateVolume", "key-" + keys++, name);
        return world.cluster.step(new Event.VolumeSubmitted(
                request, USER, id, name, new VolumePlace(region, share), 100, world.cluster.nowMillis));
    }

    private Reply act(Event.VolumeAct act) {
        RequestKey request = new RequestKey(TestCluster.TENANT, "act", "key-" + keys++, act.toString());
        return world.cluster.step(new Event.VolumeActed(request, USER, ID.value(), act, world.cluster.nowMillis));
    }

    private Reply deploy(String pod, String volume) {
        PodSpec spec = VolumeWorld.spec(pod, 1, 0, 0)
                .withStorage(new PodStorage(20, 0, 0, "", Map.of(new VolumeId(volume), "/data")));
        return world.cluster.submit(spec, pod, "deploy-" + pod);
    }
}
