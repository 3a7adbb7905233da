package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.transfer.TransferClient;
import dev.berth.agent.transfer.TransferIdentity;
import dev.berth.agent.transfer.TransferLimits;
import dev.berth.agent.transfer.TransferServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders and grants of copies as transfers between two agents on loopback. */
class AgentTransfersTest {
    private static final VolumeKey V1 = new VolumeKey("v000000000000001", 1);
    private static final VolumeKey V2 = new VolumeKey("v000000000000001", 2);
    private static final CopyFacts FACTS = new CopyFacts("pod1", 4, VolumeBuild.FILLED, "debian");
    private static final String TICKET = "a".repeat(64);
    private static final String OTHER = "b".repeat(64);

    @TempDir
    Path folder;

    private TransferIdentity sends;
    private TransferIdentity fetches;
    private TransferServer server;
    private AgentTransfers sender;
    private AgentTransfers receiver;
    private Path copy;

    @BeforeEach
    void start() throws IOException {
        TransferLimits limits = TransferLimits.DEFAULTS.withRetry(Duration.ofMillis(100));
        sends = TransferIdentity.loadOrCreate(Files.createDirectories(folder.resolve("a")));
        fetches = TransferIdentity.loadOrCreate(Files.createDirectories(folder.resolve("b")));
        server = TransferServer.start(sends, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits);
        sender = new AgentTransfers(server, new TransferClient(sends, limits, bytes -> Optional.empty()));
        receiver = new AgentTransfers(server, new TransferClient(fetches, limits, bytes -> Optional.empty()));
        copy = folder.resolve("disk.img");
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(copy, bytes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void grant(String... tickets) {
        List<FetchGrant> grants = new ArrayList<>();
        for (String ticket : tickets) {
            grants.add(new FetchGrant(ticket, fetches.fingerprint()));
        }
        sender.grant(V1, copy, () -> FACTS, grants);
    }

    private static VolumeOrder order(@Nullable FetchSource source) {
        return CopyHost.order(V2, CopyGoal.FETCH, 1, source, 0);
    }

    private FetchSource source(String ticket) {
        return new FetchSource("127.0.0.1:" + server.port(), sends.fingerprint(), ticket, 1);
    }

    private CopyTransfers.Fetched fetch(@Nullable FetchSource source, List<Integer> percents)
            throws CopyTransfers.FetchException {
        receiver.begin(V2);
        return begun(source, percents);
    }

    private CopyTransfers.Fetched begun(@Nullable FetchSource source, List<Integer> percents)
            throws CopyTransfers.FetchException {
        try {
            return receiver.fetch(order(source), folder.resolve("partial.img"), percents::add);
        } finally {
            receiver.end(V2);
        }
    }

    private void refused(@Nullable FetchSource source, String words) {
        assertThatThrownBy(() -> fetch(source, new ArrayList<>()))
                .isInstanceOf(CopyTransfers.FetchException.class)
                .hasMessageContaining(V2.toString())
                .hasMessageContaining(words);
    }

    @Test
    void aCopyArrivesWithWhatIsKnownOfItAndEachPercentIsToldOnce() throws Exception {
        grant(TICKET);
        List<Integer> percents = new ArrayList<>();
        CopyTransfers.Fetched fetched = fetch(source(TICKET), percents);
        assertThat(fetched.fileBytes()).isEqualTo(3 << 20);
        assertThat(fetched.facts()).contains(FACTS);
        assertThat(Files.mismatch(copy, folder.resolve("partial.img"))).isEqualTo(-1);
        assertThat(percents).isSorted().doesNotHaveDuplicates().endsWith(100);
        Path journal = folder.resolve("partial.img.journal");
        assertThat(journal).exists();
        receiver.forget(folder.resolve("partial.img"));
        assertThat(journal).doesNotExist();
    }

    @Test
    void anOrderThatLeadsNowhereIsSaidSo() {
        grant(TICKET);
        refused(null, "names no host");
        refused(new FetchSource("", sends.fingerprint(), TICKET, 1), "gives no copies");
        refused(new FetchSource("127.0.0.1:port", sends.fingerprint(), TICKET, 1), "gives no copies");
        refused(source("short"), "64 digits");
        refused(source(OTHER), "refuses");
        refused(new FetchSource("127.0.0.1:" + server.port(), "0".repeat(64), TICKET, 1), "another agent");
    }

    @Test
    void onlyTheGrantsOfTheLastWordHold() throws Exception {
        grant(TICKET);
        grant("no ticket", OTHER);
        refused(source(TICKET), "refuses");
        assertThat(fetch(source(OTHER), new ArrayList<>()).facts()).contains(FACTS);
        grant();
        refused(source(OTHER), "refuses");
    }

    @Test
    void aFetchThatWasCancelledBeforeItsThreadCameThisFarEndsAndTheNextOneGoesOn() throws Exception {
        grant(TICKET);
        receiver.begin(V2);
        receiver.cancel(V2);
        assertThatThrownBy(() -> begun(source(TICKET), new ArrayList<>()))
                .isInstanceOf(CopyTransfers.FetchException.class)
                .hasMessageContaining("cancelled");
        assertThat(fetch(source(TICKET), new ArrayList<>()).fileBytes()).isEqualTo(3 << 20);
    }

    @Test
    void aCancelThatComesAfterAFetchsEndIsNotTheNextOnes() throws Exception {
        grant(TICKET);
        refused(source(OTHER), "refuses");
        receiver.cancel(V2);
        assertThat(fetch(source(TICKET), new ArrayList<>()).fileBytes()).isEqualTo(3 << 20);
    }

    @Test
    void aCopyOfWhichNothingIsKnownIsNotSent() {
        sender.grant(
                V1,
                copy,
                () -> {
                    throw new IllegalStateException("the manifest is damaged");
                },
                List.of(new FetchGrant(TICKET, fetches.fingerprint())));
        refused(source(TICKET), "the manifest is damaged");
    }
}
