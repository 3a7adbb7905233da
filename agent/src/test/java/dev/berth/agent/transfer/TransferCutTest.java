package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cut at any byte, either process killed: the copy ends in exactly the same bytes. {@code -Dtransfer.cells=N} makes for
 * more cuts, about as many as cells; {@code -Dtransfer.seed=N} for the same ones.
 */
class TransferCutTest {
    private static final int CELLS = Integer.getInteger("transfer.cells", 40);
    private static final int CELL_DATA_BYTES = 32 * 1024;

    @TempDir
    Path folder;

    @Test
    void cutsAtRandomBytesEndInTheSameBytes() throws Exception {
        long seed = Long.getLong("transfer.seed", System.nanoTime());
        Random random = new Random(seed);
        try (TransferFixture agents = new TransferFixture(folder);
                CuttingProxy proxy = new CuttingProxy(agents.server.port(), () -> random.nextLong(90 * 1024))) {
            manySmallCells(agents.image, random);
            agents.grant();
            int calls = untilFetched(agents, agents.sourceAt(proxy.port()), seed);

            SparseFiles.assertCopied(agents.image, agents.partial);
            assertThat(proxy.cuts()).as("cuts, %s calls, seed %s", calls, seed).isGreaterThan(CELLS / 2);
        }
    }

    @Test
    void killedServerThatComesBackGoesOn() throws Exception {
        try (TransferFixture agents = new TransferFixture(folder)) {
            manySmallCells(agents.image, new Random(11));
            agents.server.close();
            String client = agents.clientIdentity.fingerprint();
            TransferPeer server =
                    TransferPeer.serve(folder.resolve("a"), agents.image, 0, client, agents.ticket, agents.volume);
            int port = Integer.parseInt(server.line());
            try (CuttingProxy proxy = new CuttingProxy(port, () -> 2L * 1024 * 1024)) {
                TransferSource source = agents.sourceAt(proxy.port());
                server.kill();
                assertThat(failureOf(agents, source)).isEqualTo(TransferFailure.UNREACHABLE);
                for (int i = 0; i < 3; i++) {
                    server = TransferPeer.serve(
                            folder.resolve("a"), agents.image, port, client, agents.ticket, agents.volume);
                    server.line();
                    TransferPeer killed = server;
                    // Killed by the first cell that arrives.
                    killedOnProgress(agents, source, killed::kill);
                }
                server = TransferPeer.serve(
                        folder.resolve("a"), agents.image, port, client, agents.ticket, agents.volume);
                server.line();
                untilFetched(agents, source, 0);
            } finally {
                server.close();
            }
            SparseFiles.assertCopied(agents.image, agents.partial);
        }
    }

    @Test
    void killedReceiverGoesOnWithWhatItHas() throws Exception {
        try (TransferFixture agents = new TransferFixture(folder)) {
            manySmallCells(agents.image, new Random(12));
            agents.grant();
            Path journal = PartialFile.journalOf(agents.partial);
            int kills = 0;
            for (int slots = CELLS / 8; slots <= CELLS / 2; slots += CELLS / 8) {
                long wanted = slots * 36L;
                try (TransferPeer client = TransferPeer.fetch(folder.resolve("b"), agents.partial, agents.source())) {
                    while (client.isAlive() && !(Files.exists(journal) && Files.size(journal) > wanted)) {
                        LockSupport.parkNanos(500_000);
                    }
                    kills += client.isAlive() ? 1 : 0;
                    client.kill();
                }
            }
            TransferResult result = agents.fetch();

            SparseFiles.assertCopied(agents.image, agents.partial);
            assertThat(kills).isPositive();
            assertThat(result.sentBytes()).isLessThan(result.dataBytes());
        }
    }

    private static int untilFetched(TransferFixture agents, TransferSource source, long seed) throws TransferException {
        for (int calls = 1; calls < 2_000; calls++) {
            try {
                agents.fetch(source);
                return calls;
            } catch (TransferException e) {
                if (e.failure() != TransferFailure.UNREACHABLE) {
                    throw new AssertionError("seed " + seed + ": " + e.failure(), e);
                }
            }
        }
        throw new AssertionError("seed " + seed + ": not fetched by 2000 calls");
    }

    private static TransferFailure failureOf(TransferFixture agents, TransferSource source) {
        try {
            agents.fetch(source);
            throw new AssertionError("it was fetched from a dead server");
        } catch (TransferException e) {
            return e.failure();
        }
    }

    private static void killedOnProgress(TransferFixture agents, TransferSource source, Runnable kill) {
        try {
            new TransferClient(agents.clientIdentity, TransferFixture.LIMITS, TransferFixture.ROOM)
                    .fetch(source, agents.partial, (done, total) -> kill.run(), new Cancellation());
        } catch (TransferException e) {
            assertThat(e.failure()).isEqualTo(TransferFailure.UNREACHABLE);
        }
    }

    /** Cells of a little random data each, so that a cut costs little. */
    private static void manySmallCells(Path image, Random random) throws IOException {
        SparseFiles.ofSize(image, (long) CELLS * Cell.BYTES);
        byte[] data = new byte[CELL_DATA_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            for (int i = 0; i < CELLS; i++) {
                random.nextBytes(data);
                file.seek((long) i * Cell.BYTES + 4_096L * random.nextInt(240));
                file.write(data);
            }
            file.getFD().sync();
        }
    }
}
