package dev.berth.controller.loop;

import dev.berth.controller.model.Timings;
import dev.berth.controller.store.Store;
import dev.berth.controller.store.StoreFullException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When this controller last proved that the store is its own: by a commit, or where nothing is to be committed by a
 * write that changes nothing. Without a proof within {@link Timings#storeProofMillis} no lease is renewed, because
 * another controller might by then have taken the fleet over. Belongs to the loop's thread.
 */
final class StoreProof {
    private static final Logger LOG = LoggerFactory.getLogger(StoreProof.class);
    /** Tries within the time that a proof is good for. */
    private static final int TRIES = 8;

    private final Store store;
    private final Timings timings;
    private long provedMillis;
    private long triedMillis;

    StoreProof(Store store, Timings timings, long provedMillis) {
        this.store = store;
        this.timings = timings;
        this.provedMillis = provedMillis;
        this.triedMillis = provedMillis;
    }

    /** A commit that began then succeeded. */
    void committed(long atMillis) {
        provedMillis = Math.max(provedMillis, atMillis);
        triedMillis = provedMillis;
    }

    /** Writes to prove it when no commit has done so for a while. */
    void renew(long nowMillis) {
        if (nowMillis - triedMillis < timings.storeProofMillis() / TRIES) {
            return;
        }
        triedMillis = nowMillis;
        try {
            store.prove();
            provedMillis = nowMillis;
        } catch (StoreFullException e) {
            LOG.warn("The store takes no writes: leases are renewed for another {} ms", leftMillis(nowMillis), e);
        }
    }

    private long leftMillis(long nowMillis) {
        return Math.max(0, provedMillis + timings.storeProofMillis() - nowMillis);
    }

    /** How long a heartbeat that is acknowledged now may keep elastic pods running; 0 for no longer than they may now. */
    long leaseMillis(long nowMillis) {
        return leftMillis(nowMillis) > 0 ? timings.leaseMillis() : 0;
    }
}
