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
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.transfer.TransferClient;
import dev.berth.agent.transfer.TransferIdentity;
import dev.berth.agent.transfer.TransferLimits;
import dev.berth.agent.transfer.TransferServer;
import dev.berth.agent.volume.VolumeException;
import dev.berth.agent.volume.VolumeException.Kind;
import dev.berth.agent.volume.VolumeManifest;
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

    private SmallDisk disk;
    private TransferServer server;
    private TransferIdentity identity;
    private CopyHost host;

    @BeforeEach
    void open() throws IOException {
        disk = new SmallDisk(folder);
        identity = TransferIdentity.loadOrCreate(Files.createDirectory(folder.resolve("identity")));
        server = TransferServer.start(
                identity, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TransferLimits.DEFAULTS);
        host = new CopyHost(
                disk.path,
                RESERVE,
                watch -> new AgentTransfers(
                        server, new TransferClient(identity, TransferLimits.DEFAULTS, watch::refusal)));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        host.close();
        disk.close();
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
        disk.fill(20);
        host.watch.tick();
        isRefused(Kind.HOST_FULL, () -> host.mount(V1, 1));
        assertThat(host.failed(CopyStep.FETCH, fetch("a".repeat(64)))).contains("free space on the host");
        assertThat(host.store.list()).isEmpty();
        disk.free();
        host.watch.tick();
        assertThat(host.mount(V1, 1)).isDirectory();
    }

    @Test
    void aVolumeThatCannotBeMadeLeavesNothingAndIsMadeLater() throws IOException {
        disk.fill(0);
        isRefused(
                Kind.FAILED,
                () -> host.store.create(
                        VolumeManifest.fresh(V1, VolumeKind.POD, CopyHost.TENANT, CopyHost.POD, 1L << 30)));
        isRefused(Kind.HOST_FULL, () -> host.mount(V1, 1));
        assertThat(host.store.list()).isEmpty();
        disk.free();
        assertThat(host.mount(V1, 1)).isDirectory();
    }

    @Test
    void aVolumeIsNotMountedWhereItsCheckCouldNotWriteAndKeepsItsBytes() throws IOException {
        Files.writeString(host.mount(V1, 1).resolve("mine"), "kept");
        host.unmount(1);
        String before = hash(V1);
        disk.fill(40);
        isRefused(Kind.HOST_FULL, () -> host.mount(V1, 2));
        assertThat(hash(V1)).isEqualTo(before);
        assertThat(host.volumes.list().mounted()).isEmpty();
        disk.free();
        assertThat(host.mount(V1, 2).resolve("mine")).hasContent("kept");
    }

    @Test
    void aVolumeThatCannotGrowStaysAsItIsAndGrowsLater() throws IOException {
        Path data = host.mount(V1, 1);
        Files.writeString(data.resolve("mine"), "kept");
        ShellImage.sh("sync -f " + data);
        disk.fill(0);
        assertThat(host.failed(CopyStep.GROW, keep(V1, 2))).contains("No space left");
        assertThat(host.store.manifest(V1).sizeBytes()).isEqualTo(1L << 30);
        assertThat(data.resolve("mine")).hasContent("kept");
        disk.free();
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
        host.transfers.grant(
                V1,
                host.store.disk(V1),
                () -> host.store.manifest(V1).facts(),
                List.of(new FetchGrant(ticket, identity.fingerprint())));
        // More than is missing, and less than that and what is kept.
        disk.fill(45);
        assertThat(host.failed(CopyStep.FETCH, fetch(ticket))).contains("no room");
        assertThat(host.volumes.find(V2))
                .isNotNull()
                .satisfies(part -> assertThat(part.allocatedBytes())
                        .as("nothing was written")
                        .isLessThan(64 << 10));
        disk.fill(0);
        host.failed(CopyStep.FETCH, fetch(ticket));
        isRefused(Kind.NOT_FOUND, () -> host.store.manifest(V2));
        disk.free();
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
        disk.fill(0);
        ShellImage.sh("head -c 8M /dev/urandom >" + data + "/more || true");
        isRefused(Kind.NOT_SYNCED, () -> host.unmount(1));
        assertThat(host.volumes.list().mounted()).isEmpty();
        disk.free();
        assertThat(host.mount(V1, 2).resolve("mine")).hasContent("kept");
    }
}
