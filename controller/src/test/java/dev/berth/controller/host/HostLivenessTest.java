package dev.berth.controller.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.host.HostLiveness.Brake;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Timings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times in seconds after the start of the controller; the grace after it is over at 180. */
class HostLivenessTest {
    private static final HostId A = new HostId("a");
    private static final long SECOND = 1_000;

    private final HostLiveness liveness = new HostLiveness(Timings.DEFAULT, 0);
    private final List<HostId> lost = new ArrayList<>();
    private long nowSeconds;

    /** Ticks second by second, with heartbeats of the hosts named at each of them. */
    private void runTo(long seconds, HostId... heard) {
        while (nowSeconds < seconds) {
            nowSeconds++;
            for (HostId host : heard) {
                liveness.heard(host, nowSeconds * SECOND);
            }
            lost.addAll(liveness.tick(nowSeconds * SECOND).lost());
        }
    }

    private Liveness now(HostId host) {
        return liveness.liveness(host, nowSeconds * SECOND);
    }

    private static HostId host(int number) {
        return new HostId("h" + (char) ('a' + number));
    }

    private HostId[] join(int from, int to) {
        HostId[] hosts = new HostId[to - from];
        for (int i = from; i < to; i++) {
            hosts[i - from] = host(i);
            liveness.open(host(i), 1, nowSeconds * SECOND);
        }
        return hosts;
    }

    @ParameterizedTest
    @CsvSource({
        // heard last at, looked at, liveness
        "1000, 1000, READY",
        "1000, 1014, READY",
        "1000, 1015, SUSPECT",
        "1000, 1059, SUSPECT",
        "1000, 1060, UNREACHABLE",
        "1000, 1119, UNREACHABLE",
        "1000, 1120, LOST",
        "1000, 9000, LOST",
        // Within the grace none is lost, however long it is silent.
        "0, 15, SUSPECT",
        "0, 120, UNREACHABLE",
        "0, 179, UNREACHABLE",
        "0, 180, LOST",
        "50, 170, UNREACHABLE",
        "50, 179, UNREACHABLE",
        "50, 180, LOST",
        "70, 189, UNREACHABLE",
        "70, 190, LOST"
    })
    void silenceMeansWhatItsLengthSays(long heardSeconds, long lookedSeconds, Liveness expected) {
        liveness.know(A, true);
        runTo(heardSeconds, A);
        runTo(lookedSeconds);
        assertThat(now(A)).isEqualTo(expected);
        assertThat(lost.contains(A)).isEqualTo(expected == Liveness.LOST);
    }

    @Test
    void eachTurnIsToldOnceAndOneThatIsHeardAgainTurnsBack() {
        runTo(1000, A);
        List<Long> turns = new ArrayList<>();
        for (long second = 1001; second <= 1300; second++) {
            if (!liveness.tick(second * SECOND).turned().isEmpty()) {
                turns.add(second);
            }
        }
        assertThat(turns).containsExactly(1015L, 1060L, 1120L);
        liveness.heard(A, 1300 * SECOND);
        assertThat(liveness.tick(1301 * SECOND).turned()).containsExactly(A);
        assertThat(liveness.tick(1302 * SECOND).turned()).isEmpty();
        assertThat(liveness.liveness(A, 1302 * SECOND)).isEqualTo(Liveness.READY);
    }

    @Test
    void aHostThatWasNeverHeardSinceTheStartIsLostAfterTheGrace() {
        liveness.know(A, true);
        runTo(179);
        assertThat(lost).isEmpty();
        assertThat(liveness.lastContactMillis(A)).isNull();
        runTo(180);
        assertThat(lost).containsExactly(A);
    }

    @ParameterizedTest
    @CsvSource({
        // The controller stood still for so long right after A was heard at 1000; A is lost at.
        "5, 1120",
        "6, 1246",
        "60, 1300",
        "119, 1359",
        "7200, 8440"
    })
    void aStallOfTheControllerIsHeldAgainstNobody(long gapSeconds, long lostSeconds) {
        runTo(1000, A);
        nowSeconds += gapSeconds;
        lost.addAll(liveness.tick(nowSeconds * SECOND).lost());
        assertThat(liveness.brakes().contains(Brake.STALL)).isEqualTo(gapSeconds > 5);
        runTo(lostSeconds - 1);
        assertThat(lost).isEmpty();
        runTo(lostSeconds);
        assertThat(lost).containsExactly(A);
    }

    @Test
    void theWarningOfAStallEndsWhenItsExtraHasPassed() {
        runTo(1000, A);
        nowSeconds += 30;
        liveness.tick(nowSeconds * SECOND);
        assertThat(liveness.warnings()).singleElement().asString().contains("30000 ms");
        runTo(1149, A);
        assertThat(liveness.warnings()).hasSize(1);
        runTo(1150, A);
        assertThat(liveness.warnings()).isEmpty();
    }

    @Test
    void aClockThatIsSetBackNeverMakesALeaseShorter() {
        runTo(1000, A);
        for (long second = 1; second <= 900; second++) {
            liveness.heard(A, second * SECOND);
            assertThat(liveness.tick(second * SECOND).lost()).isEmpty();
        }
        assertThat(liveness.lastContactMillis(A)).isEqualTo(1000 * SECOND);
        runTo(1119);
        assertThat(lost).isEmpty();
        runTo(1120);
        assertThat(lost).containsExactly(A);
    }

    @Test
    void aClockThatIsSetForwardLosesNobody() {
        runTo(1000, A);
        long day = 86_400;
        nowSeconds += day;
        runTo(1000 + day + 60);
        assertThat(lost).isEmpty();
        runTo(1000 + day + 300, A);
        assertThat(lost).isEmpty();
        assertThat(now(A)).isEqualTo(Liveness.READY);
    }

    @ParameterizedTest
    @CsvSource({
        // hosts, silent at once, lost
        "1, 1, 1",
        "2, 1, 1",
        "2, 2, 0",
        "3, 1, 1",
        "3, 2, 0",
        "6, 2, 2",
        "6, 3, 0",
        "9, 3, 3",
        "9, 4, 0",
        "20, 6, 6",
        "20, 7, 0",
        "20, 20, 0"
    })
    void whenMoreThanAThirdFallSilentAtOnceNoneIsLost(int hosts, int silent, int expected) {
        HostId[] all = join(0, hosts);
        runTo(1000, all);
        HostId[] others = join(silent, hosts);
        runTo(2000, others);
        assertThat(lost).hasSize(expected);
        assertThat(liveness.brakes().contains(Brake.MASS)).isEqualTo(expected == 0);
        assertThat(now(host(0))).isEqualTo(expected == 0 ? Liveness.UNREACHABLE : Liveness.LOST);
    }

    @Test
    void theBrakeIsReleasedWhenEnoughAreBackAndThoseThatAreNotAreLost() {
        HostId[] all = join(0, 6);
        runTo(1000, all);
        runTo(1400, host(3), host(4), host(5));
        assertThat(lost).isEmpty();
        assertThat(liveness.warnings()).singleElement().asString().contains("3 of 6 hosts");
        runTo(1401, host(2), host(3), host(4), host(5));
        assertThat(lost).containsExactly(host(0), host(1));
        assertThat(liveness.warnings()).isEmpty();
    }

    @Test
    void lossesOfTheLastTwoMinutesCountAndOlderOnesDoNot() {
        HostId[] all = join(0, 6);
        runTo(1000, all);
        runTo(1010, host(2), host(3), host(4), host(5));
        runTo(1050, host(3), host(4), host(5));
        // Two are lost at 1120, the third at 1130 while those two still count, until 1240.
        runTo(1239, host(3), host(4), host(5));
        assertThat(lost).containsExactly(host(0), host(1));
        assertThat(liveness.brakes()).containsExactly(Brake.MASS);
        runTo(1240, host(3), host(4), host(5));
        assertThat(lost).containsExactly(host(0), host(1), host(2));
    }

    @Test
    void hostsOutOfServiceCountNowhere() {
        HostId[] all = join(0, 4);
        liveness.know(host(0), false);
        liveness.know(host(1), false);
        runTo(1000, all);
        runTo(1200, host(3));
        assertThat(lost).contains(host(0), host(1), host(2));
        assertThat(liveness.brakes()).isEmpty();
    }

    @Test
    void takingSilentHostsOutOfServiceReleasesTheBrake() {
        HostId[] all = join(0, 3);
        runTo(1000, all);
        runTo(1300, host(2));
        assertThat(lost).isEmpty();
        liveness.know(host(0), false);
        runTo(1301, host(2));
        assertThat(lost).containsExactly(host(0), host(1));
    }

    @Test
    void aStallWhileTheBrakeHoldsIsAlsoHeldAgainstNobody() {
        HostId[] all = join(0, 3);
        runTo(1000, all);
        runTo(1300, host(2));
        nowSeconds = 1400;
        lost.addAll(liveness.tick(nowSeconds * SECOND).lost());
        liveness.know(host(0), false);
        runTo(1401, host(2));
        assertThat(lost).isEmpty();
        runTo(1520, host(2));
        assertThat(lost).containsExactly(host(0), host(1));
    }

    @Test
    void allTimesShrinkTogether() {
        HostLiveness fast = new HostLiveness(Timings.DEFAULT.scaled(0.1), 0);
        for (long millis = 100; millis <= 100_000; millis += 100) {
            fast.heard(A, millis);
            fast.tick(millis);
        }
        List<Long> turns = new ArrayList<>();
        for (long millis = 100_100; millis <= 120_000; millis += 100) {
            if (!fast.tick(millis).turned().isEmpty()) {
                turns.add(millis);
            }
        }
        assertThat(turns).containsExactly(101_500L, 106_000L, 112_000L);
    }
}
