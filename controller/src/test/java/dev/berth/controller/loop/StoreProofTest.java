package dev.berth.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.Timings;
import dev.berth.controller.store.InMemoryStore;
import org.junit.jupiter.api.Test;

class StoreProofTest {
    private static final long LEASE = Timings.DEFAULT.leaseMillis();
    private final InMemoryStore store = new InMemoryStore();
    private final StoreProof proof = new StoreProof(store, Timings.DEFAULT, 0);

    @Test
    void aLeaseIsGivenForAsLongAsTheLastCommitProves() {
        assertThat(proof.leaseMillis(599_999)).isEqualTo(LEASE);
        assertThat(proof.leaseMillis(600_000)).isZero();
        proof.committed(600_000);
        assertThat(proof.leaseMillis(1_199_999)).isEqualTo(LEASE);
    }

    @Test
    void whereNothingIsCommittedAWriteOfItsOwnProvesTheStore() {
        for (long second = 1; second <= 3_600; second++) {
            proof.renew(second * 1_000);
            assertThat(proof.leaseMillis(second * 1_000)).isEqualTo(LEASE);
        }
        assertThat(store.proofs()).isEqualTo(48);
    }

    @Test
    void aStoreThatTakesNoWritesEndsTheLeasesAfterItsTimeAndNotBefore() {
        store.setFull(true);
        for (long second = 1; second <= 700; second++) {
            proof.renew(second * 1_000);
            assertThat(proof.leaseMillis(second * 1_000)).isEqualTo(second < 600 ? LEASE : 0);
        }
        store.setFull(false);
        for (long second = 701; second <= 800; second++) {
            proof.renew(second * 1_000);
        }
        assertThat(proof.leaseMillis(800_000)).isEqualTo(LEASE);
    }
}
