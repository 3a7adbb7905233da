package dev.berth.agent.transfer;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Two agents on loopback: one that serves and can be killed and come back on its port, one that fetches. */
final class TransferFixture implements AutoCloseable {
    static final TransferProgress UNWATCHED = (done, total) -> {};
    static final Room ROOM = bytes -> Optional.empty();
    static final TransferLimits LIMITS =
            TransferLimits.DEFAULTS.withRetry(Duration.ofMillis(300)).withStall(Duration.ofSeconds(20));

    static final CopyFacts FACTS = new CopyFacts("pod1", 7, VolumeBuild.OVERLAY, "debian:bookworm");

    final Path folder;
    final TransferIdentity serverIdentity;
    final TransferIdentity clientIdentity;
    final VolumeKey volume = new VolumeKey("abcdefgh12345678", 3);
    final Ticket ticket = ticket(1);
    final Path image;
    final Path partial;
    TransferServer server;

    TransferFixture(Path folder) throws IOException {
        this.folder = folder;
        serverIdentity = TransferIdentity.loadOrCreate(Files.createDirectories(folder.resolve("a")));
        clientIdentity = TransferIdentity.loadOrCreate(Files.createDirectories(folder.resolve("b")));
        image = folder.resolve("a").resolve("disk.img");
        partial = folder.resolve("b").resolve("disk.img.partial");
        server = TransferServer.start(serverIdentity, loopback(0), LIMITS);
    }

    static Ticket ticket(int seed) {
        byte[] bytes = new byte[32];
        RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
        bytes[0] = (byte) seed;
        return new Ticket(HexFormat.of().formatHex(bytes));
    }

    void grant() {
        server.grant(ticket, volume, clientIdentity.fingerprint(), image, () -> FACTS);
    }

    /** As if the process was killed and started again; grants are gone. */
    void restartServer() throws IOException {
        int port = server.port();
        server.close();
        server = TransferServer.start(serverIdentity, loopback(port), LIMITS);
    }

    TransferSource source() {
        return sourceAt(server.port());
    }

    TransferSource sourceAt(int port) {
        return new TransferSource("127.0.0.1", port, serverIdentity.fingerprint(), ticket, volume);
    }

    TransferResult fetch() throws TransferException {
        return fetch(source());
    }

    TransferResult fetch(TransferSource source) throws TransferException {
        return new TransferClient(clientIdentity, LIMITS, ROOM).fetch(source, partial, UNWATCHED, new Cancellation());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
        server.close();
    }
}
