package dev.berth.agent.transfer;

import java.time.Duration;

/**
 * What a transfer may cost, and how long it waits.
 *
 * @param servedAtOnce transfers that one server serves at once; more are told to try again
 * @param cellsAtOnce cells of 1 MiB that one transfer holds in memory, each at most twice
 * @param connect for a connection, handshake included
 * @param stall without any progress after which a transfer ends
 * @param describe for the source to sync its file and list its extents
 * @param retry how long a fetch goes on dialling a source without getting anything new from it
 */
public record TransferLimits(
        int servedAtOnce, int cellsAtOnce, Duration connect, Duration stall, Duration describe, Duration retry) {
    public static final TransferLimits DEFAULTS = new TransferLimits(
            2, 4, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofSeconds(30));

    /** Of a request: its largest field, one bit a cell, covers 8 TiB. */
    static final int LARGEST_REQUEST_BYTES = (1 << 20) + 1_024;

    /** Of a reply: a cell, or a part of the extents. */
    static final int LARGEST_REPLY_BYTES = 2 << 20;

    static final int LARGEST_METADATA_BYTES = 4 << 10;

    public TransferLimits {
        if (servedAtOnce < 1 || cellsAtOnce < 2) {
            throw new IllegalArgumentException("a server serves at least one transfer, of at least two cells at once");
        }
    }

    public TransferLimits withStall(Duration changed) {
        return new TransferLimits(servedAtOnce, cellsAtOnce, connect, changed, describe, retry);
    }

    public TransferLimits withRetry(Duration changed) {
        return new TransferLimits(servedAtOnce, cellsAtOnce, connect, stall, describe, changed);
    }
}
