package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies on either disk is never believed: it is compared, fetched again, or begun anew. */
class TransferDoubtTest {
    private static final long BYTES = 24L << 20;

    @TempDir
    Path folder;

    private TransferFixture agents;

    @BeforeEach
    void start() throws IOException {
        agents = new TransferFixture(folder);
        SparseFiles.scattered(agents.image, BYTES, 12, new Random(21));
        agents.grant();
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    @Test
    void damagedCellIsFetchedAgainAndNoOther() throws Exception {
        agents.fetch();
        long at = DataScan.of(agents.image, BYTES).start(0);
        overwrite(agents.partial, at, new byte[] {1, 2, 3});

        TransferResult mended = agents.fetch();

        SparseFiles.assertCopied(agents.image, agents.partial);
        assertThat(mended.sentBytes()).isPositive().isLessThanOrEqualTo(Cell.BYTES);
    }

    @Test
    void damagedJournalOnlyCostsAnotherTransfer() throws Exception {
        agents.fetch();
        Path journal = PartialFile.journalOf(agents.partial);
        Random random = new Random(4);
        for (int i = 0; i < 10; i++) {
            byte[] junk = new byte[100];
            random.nextBytes(junk);
            overwrite(journal, random.nextLong(Files.size(journal)), junk);
            agents.fetch();
            SparseFiles.assertCopied(agents.image, agents.partial);
        }
        overwrite(journal, 0, new byte[] {9});

        assertThat(agents.fetch().sentBytes()).isPositive();
        SparseFiles.assertCopied(agents.image, agents.partial);
    }

    @Test
    void fileOfAnotherOriginIsBegunAnew() throws Exception {
        byte[] foreign = new byte[(int) BYTES];
        new Random(2).nextBytes(foreign);
        Files.write(agents.partial, foreign);

        agents.fetch();

        SparseFiles.assertCopied(agents.image, agents.partial);
    }

    @Test
    void somethingInAHoleIsNeverAdopted() throws Exception {
        SparseFiles.ofSize(Files.createFile(folder.resolve("a").resolve("hole.img")), BYTES);
        agents.server.revoke(agents.ticket);
        agents.server.grant(
                agents.ticket,
                agents.volume,
                agents.clientIdentity.fingerprint(),
                folder.resolve("a").resolve("hole.img"),
                () -> TransferFixture.FACTS);
        agents.fetch();
        overwrite(agents.partial, 5_000_000, new byte[] {7});

        TransferException failed = catchThrowableOfType(TransferException.class, agents::fetch);

        assertThat(failed.failure()).isEqualTo(TransferFailure.CORRUPT);
        agents.fetch();
        SparseFiles.assertCopied(folder.resolve("a").resolve("hole.img"), agents.partial);
    }

    @Test
    void sourceThatChangesMidwayIsStartedOverNotMixed() throws Exception {
        AtomicBoolean changed = new AtomicBoolean();
        new TransferClient(agents.clientIdentity, TransferFixture.LIMITS, TransferFixture.ROOM)
                .fetch(
                        agents.source(),
                        agents.partial,
                        (done, total) -> {
                            if (!changed.getAndSet(true)) {
                                overwrite(agents.image, 0, new byte[] {42, 43});
                                overwrite(agents.image, BYTES - 4_096, new byte[] {44});
                            }
                        },
                        new Cancellation());

        assertThat(changed).isTrue();
        SparseFiles.assertCopied(agents.image, agents.partial);
    }

    @Test
    void cancelledFetchStopsAndGoesOnLater() throws Exception {
        Cancellation cancel = new Cancellation();
        TransferException failed = catchThrowableOfType(
                TransferException.class,
                () -> new TransferClient(agents.clientIdentity, TransferFixture.LIMITS, TransferFixture.ROOM)
                        .fetch(agents.source(), agents.partial, (done, total) -> cancel.cancel(), cancel));

        assertThat(failed.failure()).isEqualTo(TransferFailure.CANCELLED);
        agents.fetch();
        SparseFiles.assertCopied(agents.image, agents.partial);
    }

    private static void overwrite(Path file, long at, byte[] bytes) {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at);
            out.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
