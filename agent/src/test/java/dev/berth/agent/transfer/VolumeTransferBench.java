package dev.berth.agent.transfer;

import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How fast a copy goes from agent to agent on loopback: two processes with an agent's flags, beside {@code cp}, {@code sync} and
 * {@code sha256sum} of the same file in the same run; and, as a stricter measure, beside a checksum by the processor's own
 * instructions, which coreutils may be built without. Prints a JSON line for data that cannot be compressed and one for data as
 * file systems hold it. Arguments: megabytes (1024), rounds (3), folder (the temporary one).
 */
public final class VolumeTransferBench {
    private static final double AIM = 0.7;
    private static final int PIECE_BYTES = 1 << 20;

    private VolumeTransferBench() {}

    public static void main(String[] arguments) throws Exception {
        int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_024;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path parent = Path.of(arguments.length > 2 ? arguments[2] : System.getProperty("java.io.tmpdir"));
        Path folder = Files.createTempDirectory(parent, "berth-transfer-bench");
        try {
            for (boolean compressible : List.of(false, true)) {
                System.out.println(measure(folder, megabytes, rounds, compressible));
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Collections.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String measure(Path folder, int megabytes, int rounds, boolean compressible) throws Exception {
        Path image = folder.resolve("disk.img");
        fill(image, megabytes, compressible);
        List<Double> plain = new ArrayList<>();
        List<Double> coreutils = new ArrayList<>();
        List<Double> moved = new ArrayList<>();
        long sentBytes = 0;
        for (int round = 0; round < rounds; round++) {
            Path copy = folder.resolve("copy.img");
            readOnce(image);
            double copied = seconds(() -> run("cp", image.toString(), copy.toString())) + seconds(() -> sync(copy));
            plain.add(copied + seconds(() -> hash(copy)));
            coreutils.add(copied + seconds(() -> run("sha256sum", copy.toString())));
            Files.delete(copy);
            readOnce(image);
            String[] said = transfer(folder, image).split(" ");
            moved.add(Double.parseDouble(said[0]));
            sentBytes = Long.parseLong(said[1]);
        }
        double ratio = median(coreutils) / median(moved);
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"volume-transfer\",\"data\":\"%s\",\"megabytes\":%d,\"rounds\":%d,\"processes\":2,"
                        + "\"cpus\":%d,\"transfer_seconds\":%.2f,\"transfer_mb_per_second\":%.0f,\"sent_megabytes\":%d,"
                        + "\"cp_sync_sha256sum_seconds\":%.2f,\"cp_sync_fast_sha256_seconds\":%.2f,"
                        + "\"ratio_to_cp_sha256sum\":%.2f,\"ratio_to_cp_fast_sha256\":%.2f,\"aim_ratio\":%.2f,\"aim_met\":%b}",
                compressible ? "compressible" : "incompressible",
                megabytes,
                rounds,
                Runtime.getRuntime().availableProcessors(),
                median(moved),
                megabytes * 1.048576 / median(moved),
                sentBytes >> 20,
                median(coreutils),
                median(plain),
                ratio,
                median(plain) / median(moved),
                AIM,
                ratio >= AIM);
    }

    private static String transfer(Path folder, Path image) throws Exception {
        Path source = Files.createDirectories(folder.resolve("source"));
        Path target = Files.createDirectories(folder.resolve("target"));
        Path partial = target.resolve("disk.img.partial");
        VolumeKey key = new VolumeKey("benchbenchbench0", 1);
        Ticket ticket = TransferFixture.ticket(9);
        String serverFingerprint = TransferIdentity.loadOrCreate(source).fingerprint();
        String clientFingerprint = TransferIdentity.loadOrCreate(target).fingerprint();
        try (TransferPeer server = TransferPeer.serve(source, image, 0, clientFingerprint, ticket, key)) {
            int port = Integer.parseInt(server.line());
            TransferSource from = new TransferSource("127.0.0.1", port, serverFingerprint, ticket, key);
            try (TransferPeer client = TransferPeer.fetch(target, partial, from)) {
                String said = client.line();
                if (Files.mismatch(image, partial) != -1) {
                    throw new IllegalStateException("the copy is not the same");
                }
                return said;
            }
        } finally {
            Files.deleteIfExists(partial);
            TransferClient.forgetJournal(partial);
        }
    }

    /** Every fourth megabyte is a hole. Compressible is what file systems hold: text, tables, binaries, some of it random. */
    private static void fill(Path image, int megabytes, boolean compressible) throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        byte[] piece = new byte[PIECE_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(0);
            for (int i = 0; i < megabytes; i++) {
                if (compressible && i % 4 != 0) {
                    words(piece, random);
                } else {
                    random.nextBytes(piece);
                }
                file.seek((i + i / 3L) * PIECE_BYTES);
                file.write(piece);
            }
            file.getFD().sync();
        }
    }

    private static void words(byte[] piece, SplittableRandom random) {
        for (int at = 0; at + 8 <= piece.length; at += 8) {
            ByteBuffer.wrap(piece).putLong(at, 0x6265727468206973L + (random.nextInt(64) << 8) + random.nextInt(256));
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static double seconds(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code);
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Into the page cache, where a copy that a pod used lately lies: both ways begin alike. */
    private static void readOnce(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int read;
            do {
                read = channel.read(buffer.clear());
            } while (read >= 0);
        }
    }

    /** With the processor's instructions for SHA-256, which coreutils may be built without. */
    private static void hash(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                Sha256.of(buffer.flip());
            }
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
