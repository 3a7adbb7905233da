package dev.berth.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The observer's rules notice what they are for, and nothing else. */
final class ContainerLedgerTest {
    private final Findings findings = new Findings(new PrintStream(OutputStream.nullOutputStream()));
    private final ContainerLedger ledger = new ContainerLedger(findings);

    @Test
    void unitThatIsHandedOnAfterADeathIsInOrder() {
        ledger.event(seen("create", "c1", "p1/1", "u1"));
        ledger.event(seen("start", "c1", "p1/1", "u1"));
        ledger.listing(List.of(seen("running", "c1", "p1/1", "u1")));
        ledger.identity("c1", "100 noon");
        ledger.event(seen("die", "c1", "p1/1", "u1"));
        ledger.event(seen("start", "c2", "p1/2", "u1"));
        ledger.listing(List.of(seen("exited", "c1", "p1/1", "u1"), seen("running", "c2", "p1/2", "u1")));
        ledger.identity("c1", "100 noon");
        assertThat(findings.all()).isEmpty();
        assertThat(ledger.startedCount()).isEqualTo(2);
    }

    @Test
    void unitOfTwoLivingContainersIsFoundInEvents() {
        ledger.event(seen("start", "c1", "p1/1", "u1"));
        ledger.event(seen("start", "c2", "p2/1", "u1"));
        assertThat(findings.count(Findings.Kind.UNIT_TWICE)).isOne();
    }

    @Test
    void unitOfTwoLivingContainersIsFoundInAListing() {
        ledger.listing(List.of(seen("running", "c1", "p1/1", "u1"), seen("running", "c2", "p2/1", "u1")));
        assertThat(findings.count(Findings.Kind.UNIT_TWICE)).isOne();
    }

    @Test
    void secondStartIsFound() {
        ledger.event(seen("start", "c1", "p1/1", "u1"));
        ledger.event(seen("die", "c1", "p1/1", "u1"));
        ledger.event(seen("start", "c1", "p1/1", "u1"));
        assertThat(findings.count(Findings.Kind.RESTARTED)).isOne();
    }

    @Test
    void secondContainerOfOneIncarnationIsFound() {
        ledger.event(seen("create", "c1", "p1/1", "u1"));
        ledger.listing(List.of(seen("created", "c2", "p1/1", "u1")));
        assertThat(findings.count(Findings.Kind.RESTARTED)).isOne();
    }

    @Test
    void anotherProcessInOneContainerIsFound() {
        ledger.identity("c1", "100 noon");
        ledger.identity("c1", "200 later");
        assertThat(findings.count(Findings.Kind.RESTARTED)).isOne();
    }

    private static SeenContainer seen(String what, String id, String placement, String unit) {
        return SeenContainer.parse(what + "|" + id + "|h1|" + placement + "|" + unit);
    }
}
