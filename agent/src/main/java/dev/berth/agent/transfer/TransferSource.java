package dev.berth.agent.transfer;

import dev.berth.agent.model.VolumeKey;

/**
 * Where a copy is fetched from: what the controller told the receiving agent.
 *
 * @param serverFingerprint of the other agent's certificate, as {@link TransferIdentity#fingerprint} has it
 */
public record TransferSource(String host, int port, String serverFingerprint, Ticket ticket, VolumeKey volume) {
    public TransferSource {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no agent can be dialled at " + host + ":" + port);
        }
        Fingerprints.check(serverFingerprint);
    }

    String address() {
        return host + ":" + port;
    }
}
