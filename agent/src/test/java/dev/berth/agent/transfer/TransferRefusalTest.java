package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is served but what was granted, to whom it was granted, by whom it was to be served. */
class TransferRefusalTest {
    @TempDir
    Path folder;

    private TransferFixture agents;

    @BeforeEach
    void start() throws IOException {
        agents = new TransferFixture(folder);
        SparseFiles.scattered(agents.image, 4L << 20, 4, new Random(5));
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    @Test
    void unknownRevokedForeignAndMistakenTicketsAreRefusedAlike() throws Exception {
        String unknown = refusal(agents.clientIdentity, agents.source());
        agents.grant();
        agents.fetch();
        agents.server.revoke(agents.ticket);
        String revoked = refusal(agents.clientIdentity, agents.source());
        agents.grant();
        TransferIdentity other = TransferIdentity.loadOrCreate(Files.createDirectories(folder.resolve("c")));
        String foreign = refusal(other, agents.source());
        TransferSource wanted = agents.source();
        String mistaken = refusal(
                agents.clientIdentity,
                new TransferSource(
                        wanted.host(),
                        wanted.port(),
                        wanted.serverFingerprint(),
                        wanted.ticket(),
                        new VolumeKey(agents.volume.volumeId(), agents.volume.generation() + 1)));

        assertThat(revoked).isEqualTo(unknown);
        assertThat(foreign).isEqualTo(unknown);
        assertThat(mistaken.replace(".4:", ".3:")).isEqualTo(unknown);
    }

    @Test
    void serverWithAnotherCertificateIsRefusedAndLearnsNoTicket() throws Exception {
        agents.grant();
        TransferIdentity other = TransferIdentity.loadOrCreate(Files.createDirectories(folder.resolve("c")));
        TransferSource wanted = agents.source();

        TransferException refused = failure(
                agents.clientIdentity,
                new TransferSource(
                        wanted.host(), wanted.port(), other.fingerprint(), wanted.ticket(), wanted.volume()));

        assertThat(refused.failure()).isEqualTo(TransferFailure.REFUSED);
        assertThat(refused).hasMessageContaining(agents.serverIdentity.fingerprint());
        assertThat(agents.partial).doesNotExist();
    }

    @Test
    void nobodyThereIsUnreachable() throws Exception {
        TransferSource gone = agents.source();
        agents.close();

        assertThat(failure(agents.clientIdentity, gone).failure()).isEqualTo(TransferFailure.UNREACHABLE);
    }

    @Test
    void peerThatHangsIsGivenUpAfterTheStallLimit() throws Exception {
        agents.grant();
        try (CuttingProxy proxy = new CuttingProxy(agents.server.port(), () -> Long.MAX_VALUE)) {
            proxy.setHanging(true);
            TransferLimits hasty = new TransferLimits(
                    2, 4, Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO);

            TransferException failed = catchThrowableOfType(
                    TransferException.class,
                    () -> new TransferClient(agents.clientIdentity, hasty, TransferFixture.ROOM)
                            .fetch(
                                    agents.sourceAt(proxy.port()),
                                    agents.partial,
                                    TransferFixture.UNWATCHED,
                                    new Cancellation()));

            assertThat(failed.failure()).isEqualTo(TransferFailure.UNREACHABLE);
        }
    }

    @Test
    void missingImageIsTheSourcesError() throws Exception {
        agents.grant();
        Files.delete(agents.image);

        assertThat(failure(agents.clientIdentity, agents.source()).failure()).isEqualTo(TransferFailure.SOURCE_ERROR);
    }

    @Test
    void identityIsMadeOnceAndForItsOwnerAlone() throws Exception {
        Path file = folder.resolve("a").resolve("transfer.pem");

        assertThat(TransferIdentity.loadOrCreate(folder.resolve("a")).fingerprint())
                .isEqualTo(agents.serverIdentity.fingerprint())
                .isNotEqualTo(agents.clientIdentity.fingerprint());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void damagedIdentityStopsTheAgent() throws Exception {
        Path file = folder.resolve("a").resolve("transfer.pem");
        Files.writeString(file, Files.readString(file).substring(0, 100));

        assertThat(catchThrowableOfType(IOException.class, () -> TransferIdentity.loadOrCreate(folder.resolve("a"))))
                .hasMessageContaining("transfer.pem");
    }

    private String refusal(TransferIdentity identity, TransferSource source) {
        TransferException refused = failure(identity, source);
        assertThat(refused.failure()).isEqualTo(TransferFailure.REFUSED);
        return String.valueOf(refused.getMessage());
    }

    private TransferException failure(TransferIdentity identity, TransferSource source) {
        return catchThrowableOfType(
                TransferException.class,
                () -> new TransferClient(identity, TransferFixture.LIMITS, TransferFixture.ROOM)
                        .fetch(source, agents.partial, TransferFixture.UNWATCHED, new Cancellation()));
    }
}
