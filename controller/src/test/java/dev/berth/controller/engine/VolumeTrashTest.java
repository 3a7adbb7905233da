package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeTrashTest {
    private static final Actor ADMIN = new Actor(Actor.Kind.ADMIN, "root");

    private final VolumeWorld world = new VolumeWorld();
    private VolumeId id;
    private int keys;

    /** p has run on host a and has ended. */
    @BeforeEach
    void aPodThatHasEnded() {
        world.join("a", 8);
        world.running("p", 1);
        id = world.volume("p").id();
        world.terminate("p");
        assertThat(world.pod("p").state()).isEqualTo(PodState.TERMINATED);
    }

    @Test
    void theVolumesOfAPodThatEndsGoToTheTrashInTheSameTurn() {
        assertThat(world.copies(id)).containsExactly("a 1 TRASH");
        int ended = indexOf(JournalRecord.PodMoved.class);
        assertThat(world.cluster.journal.subList(ended, world.cluster.journal.size()))
                .anyMatch(r -> r instanceof JournalRecord.VolumeTrashed t
                        && t.volumeId().equals(id));
    }

    @Test
    void whatLiesInTheTrashIsDeletedAfterADayAndNotBefore() {
        world.pass(Timings.DEFAULT.trashMillis() - 1);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH");
        world.pass(1);
        assertThat(world.copies(id)).containsExactly("a 1 PURGE");
        world.pass(100 * VolumeWorld.HOUR);
        assertThat(world.copies(id)).as("until its host says that it is gone").containsExactly("a 1 PURGE");
        world.sees("a", new VolumeKey(id, 1), Condition.ABSENT);
        assertThat(world.view().volume(id)).isNull();
    }

    @Test
    void theTimeInTheTrashSurvivesARestart() {
        world.pass(20 * VolumeWorld.HOUR);
        Engine next = new Engine(world.replayed(), Timings.DEFAULT, world.cluster.nowMillis, 100);
        next.begin("", world.cluster.nowMillis);
        next.step(new Event.Ticked(world.cluster.nowMillis + 4 * VolumeWorld.HOUR));
        assertThat(next.cluster().copiesOf(id)).extracting(VolumeCopy::goal).containsExactly(CopyGoal.PURGE);
    }

    /** Found by the simulation: what was sent counted up to a revision that it did not hold. */
    @Test
    void theHostOfAPodThatEndsIsToldToLayItsVolumesAside() {
        world.running("r", 1);
        VolumeKey own = world.volume("r").current();
        world.cluster.effects.clear();
        world.terminate("r");
        assertThat(world.cluster.effects.stream()
                        .filter(Effect.SendDesired.class::isInstance)
                        .flatMap(effect -> ((Effect.SendDesired) effect).copies().stream())
                        .filter(ordered -> ordered.copy().key().equals(own))
                        .map(ordered -> ordered.copy().goal()))
                .containsExactly(CopyGoal.TRASH);
    }

    @Test
    void aRestoredVolumeGetsANewGenerationAndNoOldOrderReachesIt() {
        stopped("q");
        VolumeId own = world.volume("q").id();
        assertThat(restore("q")).isInstanceOf(Reply.VolumeReply.class);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "a 2 KEEP");
        assertThat(world.volume("q").id()).isEqualTo(id);
        assertThat(world.volume(own).isTrashed()).as("what it had before").isTrue();
        world.pass(48 * VolumeWorld.HOUR);
        assertThat(world.copies(id)).as("while it is being taken out").containsExactly("a 1 TRASH", "a 2 KEEP");
        world.sees("a", new VolumeKey(id, 2), Condition.PRESENT);
        world.sees("a", new VolumeKey(id, 1), Condition.ABSENT);
        world.pass(48 * VolumeWorld.HOUR);
        assertThat(world.copies(id)).containsExactly("a 2 KEEP");
        world.run("q");
        assertThat(world.says("q", Phase.RUNNING).state()).isEqualTo(PodState.RUNNING);
        assertThat(world.copies(id)).containsExactly("a 2 KEEP");
    }

    @Test
    void aPodIsNotPlacedElsewhereWhileItsVolumeIsBeingTakenOutOfTheTrash() {
        stopped("q");
        restore("q");
        world.deploy("all", 7, 0, 0);
        world.deploy("last", 1, 0, 0);
        world.join("b", 1);
        world.run("q");
        assertThat(world.pod("q").placement().grant()).as("host a is full").isNull();
        world.sees("a", new VolumeKey(id, 2), Condition.PRESENT);
        assertThat(world.hostOf("q")).isEqualTo("b");
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "a 2 KEEP", "b 3 FETCH");
    }

    @Test
    void nothingIsRestoredOnceItsEndIsOrdered() {
        stopped("q");
        world.pass(24 * VolumeWorld.HOUR);
        assertThat(restore("q"))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.message()).contains("is being deleted for good"));
    }

    @Test
    void whatWasNeverSeenIsNotRestoredBeforeItsHostHasIt() {
        world.deploy("never", 1, 100, 0);
        id = world.volume("never").id();
        world.terminate("never");
        stopped("q");
        assertThat(restore("q"))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.message()).contains("was never seen on its host's disk"));
        world.sees("a", new VolumeKey(id, 1), Condition.TRASHED);
        assertThat(restore("q")).isInstanceOf(Reply.VolumeReply.class);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "a 2 KEEP");
    }

    @Test
    void whatWasRestoredAndEndedBeforeItsHostTookItOutCanBeRestoredAgain() {
        stopped("q");
        restore("q");
        world.pass(20 * VolumeWorld.HOUR);
        world.terminate("q");
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "a 2 TRASH");
        world.sees("a", new VolumeKey(id, 2), Condition.ABSENT);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH");
        assertThat(world.volume(id).current()).isEqualTo(new VolumeKey(id, 1));
        world.pass(20 * VolumeWorld.HOUR);
        assertThat(world.copies(id))
                .as("a whole day from when it was laid aside last")
                .containsExactly("a 1 TRASH");
        stopped("r");
        assertThat(restore("r")).isInstanceOf(Reply.VolumeReply.class);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "a 3 KEEP");
        assertThat(world.replayed().snapshot())
                .isEqualTo(world.cluster.engine.state().snapshot());
        world.sees("a", new VolumeKey(id, 3), Condition.PRESENT);
        assertThat(world.volume(id).whereabouts().proven()).isTrue();
    }

    @Test
    void whatMakesRoomForAnotherVolumeBeforeItsHostTookItOutCanBeRestoredAgain() {
        world.running("o", 1);
        VolumeId other = world.volume("o").id();
        world.terminate("o");
        stopped("q");
        VolumeId first = id;
        restore("q");
        id = other;
        assertThat(restore("q")).isInstanceOf(Reply.VolumeReply.class);
        world.sees("a", new VolumeKey(first, 2), Condition.ABSENT);
        stopped("r");
        id = first;
        assertThat(restore("r")).isInstanceOf(Reply.VolumeReply.class);
        assertThat(world.copies(first)).containsExactly("a 1 TRASH", "a 3 KEEP");
    }

    @Test
    void whatWasTakenOutAndLaidAsideAnewIsDeletedAsOne() {
        stopped("q");
        restore("q");
        world.sees("a", new VolumeKey(id, 2), Condition.PRESENT);
        world.sees("a", new VolumeKey(id, 1), Condition.ABSENT);
        world.terminate("q");
        world.pass(24 * VolumeWorld.HOUR);
        assertThat(world.copies(id)).containsExactly("a 2 PURGE");
        world.sees("a", new VolumeKey(id, 2), Condition.ABSENT);
        assertThat(world.view().volume(id)).isNull();
    }

    @Test
    void onlyAStoppedPodIsGivenAVolume() {
        world.running("r", 1);
        assertThat(restore("r"))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.message()).contains("is RUNNING"));
        assertThat(world.copies(id)).containsExactly("a 1 TRASH");
    }

    @Test
    void aRepeatOfTheRequestRestoresOnce() {
        stopped("q");
        Event.VolumeActed event = event("q", "once");
        world.cluster.step(event);
        int records = world.cluster.journal.size();
        assertThat(world.cluster.step(event)).isInstanceOf(Reply.VolumeReply.class);
        assertThat(world.cluster.journal).hasSize(records);
    }

    @Test
    void theCopyThatAMoveLeftIsDeletedADayLaterAndTheVolumeStays() {
        world.running("q", 1);
        VolumeId moved = world.volume("q").id();
        world.pause("q");
        world.deploy("all", 7, 0, 0);
        world.deploy("last", 1, 0, 0);
        world.join("b", 1);
        world.run("q");
        world.sees("b", new VolumeKey(moved, 2), Condition.FETCHED);
        world.pass(24 * VolumeWorld.HOUR);
        assertThat(world.copies(moved)).containsExactly("a 1 PURGE", "b 2 KEEP");
        assertThat(world.volume(moved).isTrashed()).isFalse();
    }

    private void stopped(String pod) {
        world.running(pod, 1);
        world.pause(pod);
        assertThat(world.pod(pod).state()).isEqualTo(PodState.STOPPED);
        assertThat(world.cluster.act(pod, PodAction.PAUSE)).isInstanceOf(Reply.PodReply.class);
    }

    private Reply restore(String pod) {
        return world.cluster.step(event(pod, "restore-" + keys++));
    }

    private Event.VolumeActed event(String pod, String key) {
        RequestKey request = new RequestKey(TestCluster.TENANT, "RestoreVolume", key, pod);
        return new Event.VolumeActed(
                request, ADMIN, id.value(), new Event.VolumeAct.Restore(pod), world.cluster.nowMillis);
    }

    private int indexOf(Class<?> kind) {
        int last = -1;
        for (int i = 0; i < world.cluster.journal.size(); i++) {
            last = kind.isInstance(world.cluster.journal.get(i)) ? i : last;
        }
        return last;
    }
}
