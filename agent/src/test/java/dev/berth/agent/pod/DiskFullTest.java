package dev.berth.agent.pod;

import static dev.berth.agent.pod.CopyHost.keep;
import static dev.berth.agent.pod.CopyHost.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.CopyStep;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.transfer.TransferClient;
import dev.berth.agent.transfer.TransferIdentity;
import dev.berth.agent.transfer.TransferLimits;
import dev.berth.agent.transfer.TransferServer;
import dev.berth.agent.volume.VolumeException;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host's disk that is full at each step: refused, nothing lost, and on again once there is room. Needs root. */
class DiskFullTest {
    private static final VolumeKey V1 = new VolumeKey("v000000000000001", 1);
    private static final VolumeKey V2 = new VolumeKey("v000000000000001", 2);
    private static final VolumeKey OTHER = new VolumeKey("v000000000000002", 1);
    private static final long RESERVE = 16L << 20;

    @TempDir
    Path folder;

    private Path disk;
    private Path ballast;
    private TransferServer server;
    private TransferIdentity identity;
    private AgentTransfers transfers;
    private CopyHost host;

    @BeforeEach
    void open() throws IOException {
        disk = Files.createDirectory(folder.resolve("disk"));
        ballast = disk.resolve("ballast");
        ShellImage.sh("truncate -s 512M " + folder + "/disk.ext4 && mkfs.ext4 -q -F -m 0 " + folder
                + "/disk.ext4 && mount -o loop " + folder + "/disk.ext4 " + disk);
        identity = TransferIdentity.loadOrCreate(Files.createDirectory(folder.resolve("identity")));
        server = TransferServer.start(
                identity, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TransferLimits.DEFAULTS);
        transfers = new AgentTransfers(server, new TransferClient(identity, TransferLimits.DEFAULTS));
        host = new CopyHost(disk, RESERVE, transfers);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        host.close();
        ShellImage.sh("umount " + disk);
    }

    /** All of the disk but so much. */
    private void fill(int leftMegabytes) throws IOException {
        ShellImage.sh("sync -f " + disk + "; free=$(($(stat -f -c '%a * %S' " + disk + "))); fallocate -l $((free - "
                + leftMegabytes + " * 1048576)) " + ballast + "; if [ " + leftMegabytes + " = 0 ]; then cat /dev/zero >"
                + disk + "/rest 2>/dev/null || true; fi");
    }

    private void free() throws IOException {
        ShellImage.sh("rm -f " + ballast + " " + disk + "/rest");
    }

    private static void isRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private String hash(VolumeKey key) throws IOException {
        return CopyHost.bytesOf(host.store.disk(key));
    }

    @Test
    void nothingNewIsTakenBelowTheReserveUntilThereIsRoomAgain() throws IOException {
        fill(20);
        host.watch.tick();
        isRefused(Kind.HOST_FULL, () -> host.mount(V1, 1));
        assertThat(host.failed(CopyStep.FETCH, fetch("a".repeat(64)))).contains("free space on the host");
        assertThat(host.store.list()).isEmpty();
        free();
        host.watch.tick();
        assertThat(host.mount(V1, 1)).isDirectory();
    }

    @Test
    void aVolumeThatCannotBeMadeLeavesNothingAndIsMadeLater() throws IOException {
        fill(0);
        isRefused(Kind.FAILED, () -> host.mount(V1, 1));
        assertThat(host.store.list()).isEmpty();
        free();
        assertThat(host.mount(V1, 1)).isDirectory();
    }

    @Test
    void aVolumeIsNotMountedWhereItsCheckCouldNotWriteAndKeepsItsBytes() throws IOException {
        Files.writeString(host.mount(V1, 1).resolve("mine"), "kept");
        host.unmount(1);
        String before = hash(V1);
        fill(100);
        isRefused(Kind.HOST_FULL, () -> host.mount(V1, 2));
        assertThat(hash(V1)).isEqualTo(before);
        assertThat(host.volumes.list().mounted()).isEmpty();
        free();
        assertThat(host.mount(V1, 2).resolve("mine")).hasContent("kept");
    }

    @Test
    void aVolumeThatCannotGrowStaysAsItIsAndGrowsLater() throws IOException {
        Path data = host.mount(V1, 1);
        Files.writeString(data.resolve("mine"), "kept");
        ShellImage.sh("sync -f " + data);
        fill(0);
        assertThat(host.failed(CopyStep.GROW, keep(V1, 2))).contains("No space left");
        assertThat(host.store.manifest(V1).sizeBytes()).isEqualTo(1L << 30);
        assertThat(data.resolve("mine")).hasContent("kept");
        free();
        assertThat(host.step(CopyStep.GROW, keep(V1, 2))).isInstanceOf(CopyOutcome.Done.class);
        host.unmount(1);
        Path larger = host.mount(V1, 2);
        assertThat(larger.resolve("mine")).hasContent("kept");
        assertThat(Files.getFileStore(larger).getTotalSpace()).isGreaterThan(3L << 29);
    }

    private VolumeOrder fetch(String ticket) {
        FetchSource source = new FetchSource("127.0.0.1:" + server.port(), identity.fingerprint(), ticket, 1);
        return order(V2, CopyGoal.FETCH, 1, source, 0);
    }

    @Test
    void aCopyThatDoesNotFitIsFetchedWhenItDoesAndTheSendersStays() throws IOException {
        Path data = host.mount(V1, 1);
        ShellImage.sh("head -c 20M /dev/urandom >" + data + "/mine; head -c 1M /dev/urandom >" + host.mount(OTHER, 1)
                + "/theirs");
        byte[] mine = Files.readAllBytes(data.resolve("mine"));
        host.unmount(1);
        String before = hash(V1);
        String ticket = "a".repeat(64);
        transfers.grant(
                V1,
                host.store.disk(V1),
                () -> host.store.manifest(V1).facts(),
                List.of(new FetchGrant(ticket, identity.fingerprint())));
        fill(10);
        assertThat(host.failed(CopyStep.FETCH, fetch(ticket))).contains("no room");
        fill(0);
        host.failed(CopyStep.FETCH, fetch(ticket));
        isRefused(Kind.NOT_FOUND, () -> host.store.manifest(V2));
        free();
        assertThat(host.step(CopyStep.FETCH, fetch(ticket))).isInstanceOf(CopyOutcome.Done.class);
        assertThat(hash(V1)).isEqualTo(before);
        assertThat(host.store.manifest(V2).highestIncarnation()).isEqualTo(1);
        host.step(CopyStep.TRASH, order(V1, CopyGoal.TRASH, 1, null, 0));
        assertThat(host.mount(V2, 2).resolve("mine")).hasBinaryContent(mine);
    }

    @Test
    void whatDidNotReachTheDiskIsToldAtTheUnmountWhichLeavesNothingMounted() throws IOException {
        Path data = host.mount(V1, 1);
        Files.writeString(data.resolve("mine"), "kept");
        ShellImage.sh("sync -f " + data);
        fill(0);
        ShellImage.sh("head -c 8M /dev/urandom >" + data + "/more || true");
        isRefused(Kind.NOT_SYNCED, () -> host.unmount(1));
        assertThat(host.volumes.list().mounted()).isEmpty();
        free();
        assertThat(host.mount(V1, 2).resolve("mine")).hasContent("kept");
    }
}
