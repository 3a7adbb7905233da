package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeMoveTest {
    private final VolumeWorld world = new VolumeWorld();
    private VolumeId id;

    /** p has run on host a, and another pod sits there now. */
    @BeforeEach
    void aPodThatIsToRunElsewhere() {
        world.join("a", 1);
        world.running("p", 1);
        id = world.volume("p").id();
        world.pause("p");
        world.deploy("other", 1, 0, 0);
        world.join("b", 1);
        world.run("p");
        assertThat(world.hostOf("p")).isEqualTo("b");
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 FETCH");
    }

    @Test
    void theMoveIsMadeWhenTheNewCopyIsVerifiedAndTheOldOneIsLaidAside() {
        world.sees("b", key(2), Condition.FETCHING);
        assertThat(world.volume(id).whereabouts().generation()).isEqualTo(1);
        world.sees("b", key(2), Condition.FETCHED);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 2 KEEP");
        assertThat(world.volume(id).whereabouts().generation()).isEqualTo(2);
        assertThat(world.events("p")).last().isEqualTo("volumes are on host b: 1.0 GB");
        assertThat(world.says("p", Phase.RUNNING).state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void aRepeatedWordOfTheFetchedCopyChangesNothing() {
        world.sees("b", key(2), Condition.FETCHED);
        int records = world.cluster.journal.size();
        world.sees("b", key(2), Condition.FETCHED);
        world.sees("b", key(2), Condition.PRESENT);
        world.sees("a", key(1), Condition.PRESENT);
        assertThat(world.cluster.journal).hasSize(records);
    }

    @Test
    void aReportThatDoesNotNameACopyProvesNothing() {
        world.sees("b", key(2), Condition.FETCHED);
        world.report("a", true, Long.MAX_VALUE, List.of());
        world.report("b", true, Long.MAX_VALUE, List.of(), TestCluster.observed(world.pod("p"), Phase.RUNNING));
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 2 KEEP");
    }

    @Test
    void aCopyThatIsAbsentIsForgottenOnlyWhereTheHostKnewThatItWasToGo() {
        world.sees("b", key(2), Condition.FETCHED);
        long ordered = world.cluster.host("a").desiredRevision();
        world.sees("a", key(1), Condition.ABSENT, ordered - 1);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 2 KEEP");
        world.sees("b", key(1), Condition.ABSENT);
        assertThat(world.copies(id)).as("another host's word").containsExactly("a 1 TRASH", "b 2 KEEP");
        world.sees("a", key(1), Condition.ABSENT, ordered);
        assertThat(world.copies(id)).containsExactly("b 2 KEEP");
    }

    @Test
    void theCopyThatCountsIsNeverForgottenWhateverItsHostSays() {
        world.sees("a", key(1), Condition.ABSENT);
        world.sees("b", key(2), Condition.ABSENT);
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 FETCH");
        world.sees("b", key(2), Condition.FETCHED);
        world.sees("b", key(2), Condition.ABSENT);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 2 KEEP");
    }

    @Test
    void aPauseDuringTheFetchGivesUpExactlyThatFetch() {
        world.pause("p");
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 PURGE");
        world.sees("b", key(2), Condition.FETCHED);
        assertThat(world.volume(id).whereabouts().generation())
                .as("a late word of what was given up")
                .isEqualTo(1);
        world.run("p");
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 PURGE", "b 3 FETCH");
        world.sees("b", key(2), Condition.ABSENT);
        world.sees("b", key(3), Condition.FETCHED);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 3 KEEP");
    }

    @Test
    void aTerminationDuringTheFetchLaysTheOldCopyAsideAndDropsTheNewOne() {
        world.terminate("p");
        assertThat(world.pod("p").state()).isEqualTo(PodState.TERMINATED);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 2 PURGE");
        assertThat(world.volume(id).isTrashed()).isTrue();
    }

    @Test
    void aSecondMoveBeginsWhereTheCopyThatCountsIs() {
        world.pause("p");
        world.deploy("another", 1, 0, 0);
        world.join("c", 1);
        world.run("p");
        assertThat(world.hostOf("p")).isEqualTo("c");
        assertThat(world.copies(id)).containsExactly("a 1 KEEP", "b 2 PURGE", "c 3 FETCH");
        world.sees("c", key(3), Condition.FETCHED);
        world.says("p", Phase.RUNNING);
        world.pause("p");
        world.cluster.act("other", dev.berth.controller.model.PodAction.TERMINATE);
        assertThat(world.copies(id)).containsExactly("a 1 TRASH", "b 2 PURGE", "c 3 KEEP");
    }

    @Test
    void theNextControllerKnowsTheMoveAtEveryStep() {
        assertThat(world.replayed().snapshot())
                .isEqualTo(world.cluster.engine.state().snapshot());
        world.sees("b", key(2), Condition.FETCHED);
        assertThat(world.replayed().snapshot())
                .isEqualTo(world.cluster.engine.state().snapshot());
    }

    @Test
    void whatHostsFoundAndNobodyOrderedIsToldForEverAndNeverTouched() {
        VolumeKey strange = new VolumeKey(new VolumeId("zzzzzzzzzzzzzzzz"), 3);
        int records = world.cluster.journal.size();
        world.report("a", false, 0, List.of(new ObservedCopy(strange, Condition.UNKNOWN, 7, 0, "on the disk")));
        world.pass(48 * VolumeWorld.HOUR);
        assertThat(world.cluster.journal.subList(records, world.cluster.journal.size()))
                .noneMatch(r -> r instanceof JournalRecord.CopyOrdered || r instanceof JournalRecord.CopyForgotten);
        assertThat(world.cluster.engine.sightings().unknownOn(new dev.berth.controller.model.HostId("a")))
                .extracting(ObservedCopy::key)
                .contains(strange);
    }

    private VolumeKey key(int generation) {
        return new VolumeKey(id, generation);
    }
}
