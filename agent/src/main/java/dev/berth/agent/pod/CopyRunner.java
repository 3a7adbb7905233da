package dev.berth.agent.pod;

import dev.berth.agent.core.AgentEffect.SetGrants;
import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.CopyStep;
import dev.berth.agent.loop.CopySteps;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.VolumeException;
import dev.berth.agent.volume.VolumeManifest;
import dev.berth.agent.volume.VolumeStore;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries steps of copies out on the host's disk, each on a thread of its own, and tells the loop how they ended. Keeps
 * nothing; decides nothing. Its threads are its caller's.
 */
public final class CopyRunner implements CopySteps {
    private static final Logger log = LoggerFactory.getLogger(CopyRunner.class);

    private final HostVolumes volumes;
    private final CopyTransfers transfers;
    private final Consumer<AgentEvent> events;
    private final ExecutorService threads;

    public CopyRunner(
            HostVolumes volumes, CopyTransfers transfers, Consumer<AgentEvent> events, ExecutorService threads) {
        this.volumes = volumes;
        this.transfers = transfers;
        this.events = events;
        this.threads = threads;
    }

    @Override
    public void start(StartCopyStep step) {
        boolean fetches = step.step() == CopyStep.FETCH;
        if (fetches) {
            // Here, for it may be cancelled before its thread runs.
            transfers.begin(step.key());
        }
        threads.execute(() -> {
            CopyOutcome outcome = outcome(step);
            if (fetches) {
                transfers.end(step.key());
            }
            log(step, outcome);
            events.accept(new AgentEvent.CopyStepFinished(step.key(), step.step(), outcome));
        });
    }

    @Override
    public void cancelFetch(VolumeKey key) {
        transfers.cancel(key);
    }

    @Override
    public void grant(SetGrants grants) {
        VolumeStore store = volumes.store();
        VolumeKey key = grants.key();
        transfers.grant(key, store.disk(key), () -> store.manifest(key).facts(), grants.grants());
    }

    private CopyOutcome outcome(StartCopyStep step) {
        try {
            carryOut(step);
            return new CopyOutcome.Done(volumes.find(step.key()));
        } catch (CopyTransfers.FetchException e) {
            return new CopyOutcome.Failed(String.valueOf(e.getMessage()));
        } catch (VolumeException e) {
            String message = String.valueOf(e.getMessage());
            return switch (e.kind()) {
                case BUSY, HOST_FULL, NOT_SYNCED, FAILED -> new CopyOutcome.Failed(message);
                case NOT_FOUND,
                        DAMAGED,
                        WRONG_OWNER,
                        STALE_INCARNATION,
                        IMAGE_UNFIT,
                        LAYERS_UNFIT,
                        REFUSED_SIZE,
                        BAD_PATH,
                        CONFLICT -> new CopyOutcome.Refused(message);
            };
        } catch (RuntimeException e) {
            log.error("{} of volume {} failed in an unexpected way", step.step(), step.key(), e);
            return new CopyOutcome.Failed(step.step() + " failed: " + e);
        }
    }

    private void carryOut(StartCopyStep step) throws CopyTransfers.FetchException {
        VolumeStore store = volumes.store();
        VolumeKey key = step.key();
        VolumeOrder order = step.order();
        switch (step.step()) {
            case FETCH -> fetch(store, order);
            case GROW -> {
                boolean now = store.grow(key, order.sizeBytes());
                log.debug("volume {} has its size {}", key, now ? "now" : "at its next mount");
            }
            case TAKE_BACK ->
                store.restore(new VolumeKey(key.volumeId(), order.restoredFrom()), key.generation(), order.podId());
            case TRASH -> store.trash(key);
            case PURGE -> volumes.purge(order);
        }
    }

    private void fetch(VolumeStore store, VolumeOrder order) throws CopyTransfers.FetchException {
        VolumeKey key = order.key();
        FoundCopy before = volumes.find(key);
        if (before != null && before.place() == FoundCopy.Place.PRESENT) {
            // Fetched and adopted by a step whose end was not told: another part beside it would stay for ever.
            return;
        }
        volumes.requireRoom("the fetch of volume " + key);
        Path file = store.partialDisk(key);
        CopyTransfers.Fetched fetched =
                transfers.fetch(order, file, percent -> events.accept(new AgentEvent.FetchProgress(key, percent)));
        store.adopt(manifest(order, fetched));
        // Before, a crash would cost a second transfer.
        transfers.forget(store.disk(key));
    }

    /** The sender's under its new key: what could not write there cannot write here. */
    private static VolumeManifest manifest(VolumeOrder order, CopyTransfers.Fetched fetched) {
        VolumeKey key = order.key();
        int before = order.source() == null ? key.generation() : order.source().generation();
        VolumeManifest sent = VolumeManifest.fresh(
                new VolumeKey(key.volumeId(), before),
                order.kind(),
                order.tenantId(),
                order.podId(),
                Math.max(fetched.fileBytes(), order.sizeBytes()));
        return fetched.facts().map(sent::with).orElse(sent).as(key);
    }

    private static void log(StartCopyStep step, CopyOutcome outcome) {
        switch (outcome) {
            case CopyOutcome.Done done -> log.info("volume {}: {} done", step.key(), step.step());
            case CopyOutcome.Refused refused ->
                log.warn("volume {}: {} refused: {}", step.key(), step.step(), refused.message());
            case CopyOutcome.Failed failed ->
                log.warn("volume {}: {} not possible now: {}", step.key(), step.step(), failed.message());
        }
    }
}
