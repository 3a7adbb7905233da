package dev.berth.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.pod.PodMachine.Facts;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of state and trigger, with each value of the facts, against a table written by hand from product.md
 * section 4. '-' is no change, 'x' a refusal; "run:A|B" is A when the pod has not run yet, "rest:A|B" when it was never
 * STOPPED either, "host:A|B" when it is on no host, else B; "both:A|B" is B when it has run and is on a host, else A.
 */
class PodMachineTest {
    /** One that has run has been at rest or running: the fourth pair is none. */
    private static final List<Facts> FACTS = List.of(
            new Facts(false, false, false, false),
            new Facts(false, false, true, false),
            new Facts(false, true, false, false),
            new Facts(false, true, true, false),
            new Facts(true, true, false, false),
            new Facts(true, true, true, false));

    private static final String TABLE = """
            state        PAUSE       RUN                 TERMINATE                   EDIT LOCK UNLOCK RESTART               RESET
            INITIALIZING rest:x|host -                   host:TERMINATED|TERMINATING -    -    -      both:x|-              both:x|-
            RUNNING      STOPPING    -                   TERMINATING                 -    -    -      INITIALIZING/STARTING INITIALIZING/STARTING
            STOPPING     -           x                   TERMINATING                 -    -    -      x                     x
            STOPPED      -           INITIALIZING/QUEUED host:TERMINATED|TERMINATING -    -    -      x                     x
            TERMINATING  x           x                   -                           -    -    -      x                     x
            TERMINATED   x           x                   -                           x    x    x      x                     x
            FAILED       x           x                   x                           x    x    x      x                     x

            state        NO_CAPACITY   HOST_PULLING         HOST_STARTING         HOST_RUNNING HOST_ENDED HOST_START_FAILED  HOST_GONE          HOST_LOST  DRAIN
            INITIALIZING rest:FAILED|- INITIALIZING/PULLING INITIALIZING/STARTING RUNNING      STOPPED    run:FAILED|STOPPED run:FAILED|STOPPED STOPPED    host:-|STOPPING
            RUNNING      -             -                    -                     -            STOPPED    STOPPED            STOPPED            STOPPED    STOPPING
            STOPPING     -             -                    -                     -            STOPPED    STOPPED            STOPPED            STOPPED    -
            STOPPED      -             -                    -                     -            -          -                  -                  -          -
            TERMINATING  -             -                    -                     -            -          -                  TERMINATED         TERMINATED -
            TERMINATED   -             -                    -                     -            -          -                  -                  -          -
            FAILED       -             -                    -                     -            -          -                  -                  -          -

            state        PREEMPT         REQUEUE             RUN_WITHOUT_GPUS
            INITIALIZING host:-|STOPPING -                   x
            RUNNING      STOPPING        -                   x
            STOPPING     -               -                   x
            STOPPED      -               INITIALIZING/QUEUED INITIALIZING/QUEUED
            TERMINATING  -               -                   x
            TERMINATED   -               -                   x
            FAILED       -               -                   x
            """;

    static Stream<Arguments> everyPair() {
        return Stream.of(TABLE.split("\n\n")).flatMap(PodMachineTest::pairsOf);
    }

    private static Stream<Arguments> pairsOf(String block) {
        List<String> lines = block.lines().toList();
        List<String> triggers = List.of(lines.getFirst().trim().split("\\s+"));
        return lines.stream().skip(1).flatMap(line -> {
            List<String> cells = List.of(line.trim().split("\\s+"));
            return Stream.iterate(1, i -> i + 1)
                    .limit(cells.size() - 1L)
                    .map(i -> Arguments.of(
                            PodState.valueOf(cells.getFirst()), Trigger.valueOf(triggers.get(i)), cells.get(i)));
        });
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void everyPairMovesAsTheTableSays(PodState state, Trigger trigger, String cell) {
        for (Facts facts : FACTS) {
            assertThat(text(PodMachine.next(state, trigger, facts)))
                    .as("%s on %s with %s", trigger, state, facts)
                    .isEqualTo(expected(cell, facts));
        }
    }

    @Test
    void theTableNamesEveryStateAndEveryTrigger() {
        TreeMap<PodState, TreeSet<Trigger>> named = new TreeMap<>();
        everyPair()
                .forEach(pair -> named.computeIfAbsent((PodState) pair.get()[0], s -> new TreeSet<>())
                        .add((Trigger) pair.get()[1]));
        assertThat(named.keySet()).containsExactly(PodState.values());
        assertThat(named.values()).allSatisfy(triggers -> assertThat(triggers).containsExactly(Trigger.values()));
    }

    @Test
    void nothingLeavesAFinalState() {
        for (PodState state : List.of(PodState.TERMINATED, PodState.FAILED)) {
            for (Trigger trigger : Trigger.values()) {
                assertThat(PodMachine.next(state, trigger, new Facts(true, true, true, false)))
                        .isNotInstanceOf(Move.To.class);
            }
        }
    }

    @Test
    void allowedActionsAreThoseThatWouldChangeSomething() {
        assertThat(allowed(PodState.RUNNING, true, false))
                .containsExactly(
                        PodAction.PAUSE,
                        PodAction.TERMINATE,
                        PodAction.EDIT,
                        PodAction.RESTART,
                        PodAction.RESET,
                        PodAction.LOCK);
        assertThat(allowed(PodState.INITIALIZING, false, false))
                .containsExactly(PodAction.TERMINATE, PodAction.EDIT, PodAction.LOCK);
        assertThat(allowed(PodState.STOPPED, true, false))
                .containsExactly(PodAction.RUN, PodAction.TERMINATE, PodAction.EDIT, PodAction.LOCK);
        assertThat(allowed(PodState.FAILED, false, false)).isEmpty();
        assertThat(allowed(PodState.TERMINATED, true, true)).isEmpty();
    }

    @Test
    void aLockBarsPauseResetAndTerminateAndNothingElse() {
        assertThat(allowed(PodState.RUNNING, true, true))
                .containsExactly(PodAction.EDIT, PodAction.RESTART, PodAction.UNLOCK);
        assertThat(allowed(PodState.STOPPED, true, true))
                .containsExactly(PodAction.RUN, PodAction.EDIT, PodAction.UNLOCK);
    }

    private static List<PodAction> allowed(PodState state, boolean hasRun, boolean locked) {
        return PodMachine.allowedActions(state, new Facts(hasRun, hasRun, true, false), locked);
    }

    private static String expected(String cell, Facts facts) {
        boolean hasRun = facts.hasRun();
        boolean onHost = facts.onHost();
        // The one cell that depends on two facts: a first start cannot be paused, a run can.
        if (cell.equals("rest:x|host")) {
            return !facts.isRun() ? "x" : onHost ? "STOPPING" : "STOPPED";
        }
        if (cell.startsWith("both:")) {
            return cell.substring(5).split("\\|")[hasRun && onHost ? 1 : 0];
        }
        if (cell.startsWith("rest:")) {
            return cell.substring(5).split("\\|")[facts.isRun() ? 1 : 0];
        }
        if (cell.startsWith("run:")) {
            return cell.substring(4).split("\\|")[hasRun ? 1 : 0];
        }
        if (cell.startsWith("host:")) {
            return cell.substring(5).split("\\|")[onHost ? 1 : 0];
        }
        return cell;
    }

    private static String text(Move move) {
        return switch (move) {
            case Move.Stay() -> "-";
            case Move.Refuse() -> "x";
            case Move.To(var state, var detail) ->
                detail.name().equals("NONE")
                        ? state.name()
                        : state + "/" + detail.name().toUpperCase(Locale.ROOT);
        };
    }
}
