package dev.berth.agent.transfer;

import dev.berth.agent.model.VolumeKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One end of a transfer as a process of its own, with the flags that agents run with, so that it can be killed and
 * measured. It says one line when it serves, or when it has fetched.
 */
final class TransferPeer implements AutoCloseable {
    /** As {@code berth up} starts agents. */
    private static final List<String> AGENT_FLAGS = List.of(
            "-Xms8m",
            "-Xmn3m",
            "-Xmx64m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=25",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "-Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=3",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dslf4j.internal.verbosity=ERROR",
            "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener");

    private final Process process;

    private TransferPeer(Process process) {
        this.process = process;
    }

    static TransferPeer serve(Path folder, Path image, int port, String clientFingerprint, Ticket ticket, VolumeKey key)
            throws IOException {
        return start(
                "serve",
                folder,
                image,
                Integer.toString(port),
                clientFingerprint,
                ticket.hex(),
                key.volumeId(),
                Integer.toString(key.generation()));
    }

    static TransferPeer fetch(Path folder, Path partial, TransferSource source) throws IOException {
        return start(
                "fetch",
                folder,
                partial,
                Integer.toString(source.port()),
                source.serverFingerprint(),
                source.ticket().hex(),
                source.volume().volumeId(),
                Integer.toString(source.volume().generation()));
    }

    private static TransferPeer start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(AGENT_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TransferPeer.class.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        return new TransferPeer(builder.start());
    }

    /** What it says; waits for it. */
    String line() throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("the process ended without a word");
        }
        return line;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As SIGKILL does it; returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        Path file = Path.of(arguments[2]);
        int port = Integer.parseInt(arguments[3]);
        String peer = arguments[4];
        Ticket ticket = new Ticket(arguments[5]);
        VolumeKey key = new VolumeKey(arguments[6], Integer.parseInt(arguments[7]));
        TransferIdentity identity = TransferIdentity.loadOrCreate(folder);
        if (arguments[0].equals("serve")) {
            TransferServer server = TransferServer.start(
                    identity, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TransferLimits.DEFAULTS);
            server.grant(ticket, key, peer, file, () -> TransferFixture.FACTS);
            System.out.println(server.port());
            awaitKill();
        } else {
            TransferSource source = new TransferSource("127.0.0.1", port, peer, ticket, key);
            long start = System.nanoTime();
            TransferResult result = new TransferClient(identity, TransferLimits.DEFAULTS, TransferFixture.ROOM)
                    .fetch(source, file, (done, total) -> {}, new Cancellation());
            System.out.printf(
                    Locale.ROOT,
                    "%.3f %d %s%n",
                    (System.nanoTime() - start) / 1e9,
                    result.sentBytes(),
                    result.digest());
        }
    }

    /** Standard input ends with the process that started this one. */
    private static void awaitKill() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
