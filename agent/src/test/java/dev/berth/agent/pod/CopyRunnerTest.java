package dev.berth.agent.pod;

import static dev.berth.agent.pod.CopyHost.keep;
import static dev.berth.agent.pod.CopyHost.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.core.AgentEffect.SetGrants;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.CopyStep;
import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.VolumeException;
import dev.berth.agent.volume.VolumeException.Kind;
import dev.berth.agent.volume.VolumeManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of copies on a real store, and every way in which they end. Needs root. */
class CopyRunnerTest {
    private static final VolumeKey V1 = new VolumeKey("v000000000000001", 1);
    private static final VolumeKey V2 = new VolumeKey("v000000000000001", 2);

    @TempDir
    Path folder;

    private final FakeTransfers transfers = new FakeTransfers();
    private CopyHost host;

    @BeforeEach
    void open() throws IOException {
        host = new CopyHost(folder, 1 << 20, watch -> transfers);
    }

    @AfterEach
    void close() throws IOException {
        host.close();
    }

    private static VolumeOrder fetch() {
        return order(V2, CopyGoal.FETCH, 1, new FetchSource("h:1", "f", "t", 1), 0);
    }

    /** What another host would send: a copy of this one's, whose facts are as its manifest has them. */
    private void sendable(int incarnation) throws IOException {
        Files.writeString(host.mount(V1, incarnation).resolve("mine"), "kept");
        host.unmount(incarnation);
        transfers.sent = host.store.disk(V1);
        transfers.facts = Optional.of(host.store.manifest(V1).facts());
    }

    @Test
    void aFetchedCopyIsTheSendersUnderItsNewKeyAndAnOlderIncarnationNeverWrites() throws IOException {
        sendable(5);
        CopyOutcome outcome = host.step(CopyStep.FETCH, fetch());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        CopyOutcome.Done.class,
                        done -> assertThat(done.found())
                                .isNotNull()
                                .satisfies(found -> assertThat(found.place()).isEqualTo(FoundCopy.Place.PRESENT)));
        assertThat(host.events).contains(new AgentEvent.FetchProgress(V2, 50));
        assertThat(transfers.forgotten).containsExactly(host.store.disk(V2));
        VolumeManifest manifest = host.store.manifest(V2);
        assertThat(manifest.highestIncarnation()).isEqualTo(5);
        assertThat(manifest.formerGeneration()).isEqualTo(1);
        assertThatThrownBy(() -> host.mount(V2, 4))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STALE_INCARNATION));
        assertThat(host.mount(V2, 6).resolve("mine")).hasContent("kept");
        host.unmount(6);
    }

    @Test
    void howTheSenderBuiltItIsKeptAndAnotherPodsIncarnationsAreNot() throws IOException {
        sendable(1);
        transfers.facts = Optional.of(new CopyFacts("former", 9, VolumeBuild.OVERLAY, "debian:12"));
        assertThat(host.step(CopyStep.FETCH, fetch())).isInstanceOf(CopyOutcome.Done.class);
        VolumeManifest manifest = host.store.manifest(V2);
        assertThat(manifest.build()).isEqualTo(VolumeBuild.OVERLAY);
        assertThat(manifest.image()).isEqualTo("debian:12");
        assertThat(manifest.highestIncarnation()).isZero();
    }

    @Test
    void aFetchThatDoesNotEndWellAdoptsNothingAndGoesOnLater() throws IOException {
        sendable(1);
        transfers.failure = new CopyTransfers.FetchException("cut", new IOException("cut"));
        assertThat(host.failed(CopyStep.FETCH, fetch())).isEqualTo("cut");
        transfers.failure = new IllegalStateException("a bug");
        assertThat(host.failed(CopyStep.FETCH, fetch()))
                .contains("FETCH failed")
                .contains("a bug");
        assertThat(host.volumes.find(V2))
                .isNotNull()
                .satisfies(found -> assertThat(found.place()).isEqualTo(FoundCopy.Place.PARTIAL));
        transfers.failure = null;
        assertThat(host.step(CopyStep.FETCH, fetch())).isInstanceOf(CopyOutcome.Done.class);
    }

    /** Found by the simulation: its end may have been lost, and a part beside it would lie there for ever. */
    @Test
    void aFetchOfWhatIsThereAlreadyBringsNothing() throws IOException {
        sendable(1);
        assertThat(found(host.step(CopyStep.FETCH, fetch()))).isEqualTo(FoundCopy.Place.PRESENT);
        transfers.failure = new IllegalStateException("nobody is asked");
        assertThat(found(host.step(CopyStep.FETCH, fetch()))).isEqualTo(FoundCopy.Place.PRESENT);
        assertThat(host.store.list().stream().filter(copy -> V2.equals(copy.key())))
                .hasSize(1);
    }

    @Test
    void stepsOfOneCopyFromItsGrowthToItsEnd() {
        host.mount(V1, 1);
        host.unmount(1);
        assertThat(host.step(CopyStep.GROW, keep(V1, 2))).isInstanceOf(CopyOutcome.Done.class);
        assertThat(host.store.manifest(V1).sizeBytes()).isEqualTo(2L << 30);
        assertThat(found(host.step(CopyStep.TRASH, order(V1, CopyGoal.TRASH, 2, null, 0))))
                .isEqualTo(FoundCopy.Place.TRASHED);
        assertThat(found(host.step(CopyStep.TAKE_BACK, order(V2, CopyGoal.KEEP, 2, null, 1))))
                .isEqualTo(FoundCopy.Place.PRESENT);
        VolumeOrder purge = order(V2, CopyGoal.PURGE, 2, null, 0);
        assertThat(found(host.step(CopyStep.TRASH, purge))).isEqualTo(FoundCopy.Place.TRASHED);
        assertThat(found(host.step(CopyStep.PURGE, purge))).isNull();
        assertThat(host.store.list()).isEmpty();
    }

    private static FoundCopy.@Nullable Place found(CopyOutcome outcome) {
        assertThat(outcome).isInstanceOf(CopyOutcome.Done.class);
        FoundCopy found = ((CopyOutcome.Done) outcome).found();
        return found == null ? null : found.place();
    }

    @Test
    void whatCanNeverBeIsRefusedAndNothingIsTouched() throws IOException {
        assertThat(host.refused(CopyStep.TAKE_BACK, order(V2, CopyGoal.KEEP, 1, null, 1)))
                .contains("neither present nor in the trash");
        sendable(1);
        assertThat(host.refused(CopyStep.PURGE, order(V1, CopyGoal.PURGE, 1, null, 0)))
                .contains("not in the trash");
        assertThat(host.refused(CopyStep.GROW, keep(V1, 0))).contains("cannot shrink");
        Files.write(host.store.disk(V1).resolveSibling("manifest"), new byte[20]);
        assertThat(host.refused(CopyStep.GROW, keep(V1, 2))).contains("manifest");
        assertThat(host.store.disk(V1)).hasSize(1L << 30);
    }

    @Test
    void whatOthersHoldOrAFullDiskRefusesIsTriedAgain() throws IOException {
        host.mount(V1, 1);
        assertThat(host.failed(CopyStep.TRASH, order(V1, CopyGoal.TRASH, 1, null, 0)))
                .contains("in use");
        host.unmount(1);
        CopyHost full = new CopyHost(folder, Long.MAX_VALUE / 4, watch -> transfers);
        full.watch.tick();
        assertThat(full.failed(CopyStep.FETCH, fetch())).contains("free space on the host");
        assertThat(full.volumes.find(V2)).isNull();
        assertThat(transfers.begun).as("ended without a word to the sender").isEmpty();
    }

    @Test
    void grantsAndCancelsGoToTheTransfersAndFactsAreReadWhenTheyAreAskedFor() {
        host.mount(V1, 1);
        host.unmount(1);
        List<FetchGrant> grants = List.of(new FetchGrant("t", "f"));
        host.runner.grant(new SetGrants(V1, grants));
        host.runner.cancelFetch(V2);
        assertThat(transfers.cancelled).containsExactly(V2);
        assertThat(transfers.granted).isEqualTo(grants);
        host.mount(V1, 3);
        host.unmount(3);
        CopyFacts facts = transfers.grantedFacts == null ? null : transfers.grantedFacts.get();
        assertThat(facts).isEqualTo(new CopyFacts(CopyHost.POD, 3, VolumeBuild.NONE, ""));
    }
}
