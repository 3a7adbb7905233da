package dev.berth.controller.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Timings;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GoneBackTest {
    private static final long SECOND = 1_000;
    private static final HostId HEARD = new HostId("heard");
    private static final HostId SILENT = new HostId("silent");

    private final ClusterState durable = new ClusterState();
    private final HostLiveness before = new HostLiveness(Timings.DEFAULT, 0);

    private void join(HostId hostId, long epoch) {
        HostFacts facts = new HostFacts(1, 1, 1, 1, 1, "", "", "", "", 1, "", "", "", "", true, "");
        Inventory inventory = new Inventory(facts, List.of(), List.of(), true, List.of());
        durable.apply(new JournalRecord.HostJoined(hostId, hostId.value(), HostPlace.in(""), inventory, 0));
        durable.apply(new JournalRecord.SessionOpened(hostId, epoch, "boot", 0));
    }

    @Test
    void contactsAndDurableSessionsStayAndALossIsFoundAnew() {
        join(HEARD, 3);
        join(SILENT, 1);
        before.open(HEARD, 3, 0);
        before.sent(HEARD, 7);
        before.open(SILENT, 2, 0);
        for (long second = 1; second <= 200; second++) {
            before.heard(HEARD, second * SECOND);
            before.tick(second * SECOND);
        }
        assertThat(before.liveness(SILENT, 200 * SECOND)).isEqualTo(Liveness.LOST);

        HostLiveness after = before.goneBack(durable.hosts(), 200 * SECOND);
        assertThat(after.isOpenForPods(HEARD, 200 * SECOND)).isTrue();
        assertThat(Objects.requireNonNull(after.session(HEARD)).isToGetAll()).isTrue();
        assertThat(after.session(SILENT)).as("a session that is not durable").isNull();
        assertThat(after.liveness(SILENT, 200 * SECOND)).isEqualTo(Liveness.UNREACHABLE);
        for (long second = 201; second < 380; second++) {
            after.heard(HEARD, second * SECOND);
            assertThat(after.tick(second * SECOND).lost()).isEmpty();
        }
        after.heard(HEARD, 380 * SECOND);
        assertThat(after.tick(380 * SECOND).lost()).containsExactly(SILENT);
    }
}
