package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No room at the receiver, at first or in the middle, on a small file system of its own (as root). */
class TransferDiskFullTest {
    private static final int ROOM_MEGABYTES = 24;

    @TempDir
    Path folder;

    private Path small;
    private TransferFixture agents;

    @BeforeEach
    void start() throws Exception {
        agents = new TransferFixture(folder);
        byte[] data = new byte[16 << 20];
        new Random(6).nextBytes(data);
        Files.write(agents.image, data);
        agents.grant();
        small = Files.createDirectory(folder.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=" + ROOM_MEGABYTES + "m", "berth-test", small.toString());
    }

    @AfterEach
    void stop() throws Exception {
        agents.close();
        run("umount", small.toString());
    }

    @Test
    void diskThatFillsUpMidwayIsSaidAndGoesOnWhenThereIsRoom() throws Exception {
        Path filler = small.resolve("filler");
        TransferException failed = catchThrowableOfType(
                TransferException.class,
                () -> fetch(TransferFixture.ROOM, (done, total) -> fill(filler, ROOM_MEGABYTES)));
        Files.delete(filler);

        TransferResult result = fetch(TransferFixture.ROOM, TransferFixture.UNWATCHED);

        assertThat(failed.failure()).isEqualTo(TransferFailure.DISK_FULL);
        assertThat(result.sentBytes()).isPositive().isLessThan(16L << 20);
        assertThat(Files.mismatch(agents.image, small.resolve("disk.img"))).isEqualTo(-1);
    }

    @Test
    void diskWithoutRoomIsSaidBeforeAnythingIsSent() throws Exception {
        Room less = bytes -> bytes < 16 << 20 ? Optional.empty() : Optional.of("the disk is kept for others");

        TransferException failed =
                catchThrowableOfType(TransferException.class, () -> fetch(less, TransferFixture.UNWATCHED));

        assertThat(failed.failure()).isEqualTo(TransferFailure.DISK_FULL);
        assertThat(failed).hasMessageContaining("the disk is kept for others");
        assertThat(SparseFiles.allocatedBytes(small.resolve("disk.img"))).isZero();
    }

    @Test
    void diskThatTakesNoMoreEndsTheFetchThatIsUnderWayAndItGoesOnLater() throws Exception {
        AtomicBoolean turned = new AtomicBoolean();
        Room turning = bytes -> turned.get() ? Optional.of("others wrote to the disk") : Optional.empty();

        TransferException failed =
                catchThrowableOfType(TransferException.class, () -> fetch(turning, (done, total) -> turned.set(true)));
        long before = SparseFiles.allocatedBytes(small.resolve("disk.img"));
        TransferResult result = fetch(TransferFixture.ROOM, TransferFixture.UNWATCHED);

        assertThat(failed.failure()).isEqualTo(TransferFailure.DISK_FULL);
        assertThat(before).isPositive().isLessThan(16L << 20);
        assertThat(result.sentBytes()).isPositive().isLessThan(16L << 20);
        assertThat(Files.mismatch(agents.image, small.resolve("disk.img"))).isEqualTo(-1);
    }

    private TransferResult fetch(Room room, TransferProgress progress) throws TransferException {
        return new TransferClient(agents.clientIdentity, TransferFixture.LIMITS, room)
                .fetch(agents.source(), small.resolve("disk.img"), progress, new Cancellation());
    }

    /** Up to so many megabytes, or until nothing more fits. */
    private static void fill(Path filler, int megabytes) {
        byte[] block = new byte[4_096];
        try (var out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int i = 0; i < megabytes * 256; i++) {
                out.write(block);
            }
        } catch (IOException full) {
            // As wanted.
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as("%s", String.join(" ", command)).isZero();
    }
}
