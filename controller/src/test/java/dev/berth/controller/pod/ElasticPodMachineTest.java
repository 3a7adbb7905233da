package dev.berth.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.pod.PodMachine.Facts;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is different about the pods of deployments; all else is as {@link PodMachineTest} has it. */
class ElasticPodMachineTest {
    private static final List<Boolean> EITHER = List.of(false, true);

    @Test
    void theyAreNeverPausedRunAgainStartedAnewOrEdited() {
        List<Trigger> refused = List.of(
                Trigger.PAUSE, Trigger.RUN, Trigger.RUN_WITHOUT_GPUS, Trigger.EDIT, Trigger.RESTART, Trigger.RESET);
        for (PodState state : PodState.values()) {
            for (boolean hasRun : EITHER) {
                assertThat(refused)
                        .allSatisfy(trigger -> assertThat(PodMachine.next(state, trigger, facts(hasRun, true, true)))
                                .isEqualTo(Move.REFUSE));
            }
        }
    }

    @Test
    void nothingLeadsThemToStoppedAndAnEndIsForGood() {
        for (PodState state : EnumSet.complementOf(EnumSet.of(PodState.STOPPED))) {
            for (Trigger trigger : Trigger.values()) {
                for (boolean hasRun : EITHER) {
                    Move elastic = PodMachine.next(state, trigger, facts(hasRun, true, true));
                    assertThat(elastic).as("%s on %s", trigger, state).isNotEqualTo(Move.to(PodState.STOPPED));
                    if (PodMachine.next(state, trigger, facts(hasRun, true, false))
                                    .equals(Move.to(PodState.STOPPED))
                            && trigger != Trigger.PAUSE) {
                        assertThat(elastic).isEqualTo(Move.to(PodState.TERMINATED));
                    }
                }
            }
        }
    }

    @Test
    void theProofThatNoProcessIsLeftEndsOneThatIsBeingEnded() {
        for (Trigger proof :
                List.of(Trigger.HOST_ENDED, Trigger.HOST_START_FAILED, Trigger.HOST_GONE, Trigger.HOST_LOST)) {
            assertThat(PodMachine.next(PodState.TERMINATING, proof, facts(true, true, true)))
                    .isEqualTo(Move.to(PodState.TERMINATED));
        }
    }

    @Test
    void whereAnotherPodIsStoppedTheyAreEnded() {
        for (Trigger trigger : List.of(Trigger.DRAIN, Trigger.PREEMPT)) {
            for (PodState state : List.of(PodState.INITIALIZING, PodState.RUNNING)) {
                assertThat(PodMachine.next(state, trigger, facts(true, true, true)))
                        .isEqualTo(Move.to(PodState.TERMINATING));
            }
        }
        assertThat(PodMachine.next(PodState.STOPPED, Trigger.REQUEUE, facts(true, true, true)))
                .isEqualTo(Move.STAY);
    }

    @Test
    void aStartThatFailsIsFailed() {
        assertThat(PodMachine.next(PodState.INITIALIZING, Trigger.HOST_START_FAILED, facts(false, true, true)))
                .isEqualTo(Move.to(PodState.FAILED));
    }

    @Test
    void everythingElseIsAsForAnyPod() {
        Set<Trigger> told = EnumSet.of(
                Trigger.HOST_PULLING,
                Trigger.HOST_STARTING,
                Trigger.HOST_RUNNING,
                Trigger.TERMINATE,
                Trigger.LOCK,
                Trigger.UNLOCK,
                Trigger.NO_CAPACITY);
        for (PodState state : PodState.values()) {
            for (Trigger trigger : told) {
                for (boolean onHost : EITHER) {
                    assertThat(PodMachine.next(state, trigger, facts(false, onHost, true)))
                            .isEqualTo(PodMachine.next(state, trigger, facts(false, onHost, false)));
                }
            }
        }
    }

    @Test
    void onlyTerminateAndTheLockAreAllowed() {
        assertThat(PodMachine.allowedActions(PodState.RUNNING, facts(true, true, true), false))
                .containsExactly(PodAction.TERMINATE, PodAction.LOCK);
        assertThat(PodMachine.allowedActions(PodState.RUNNING, facts(true, true, true), true))
                .containsExactly(PodAction.UNLOCK);
        assertThat(PodMachine.allowedActions(PodState.TERMINATED, facts(true, true, true), false))
                .isEmpty();
    }

    private static Facts facts(boolean hasRun, boolean onHost, boolean elastic) {
        return new Facts(hasRun, hasRun, onHost, elastic);
    }
}
