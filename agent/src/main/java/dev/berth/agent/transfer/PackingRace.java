package dev.berth.agent.transfer;

/**
 * Whether to compress the next cell. That spares the wire and costs processors at both ends, and which of them is short
 * differs from pair to pair and from hour to hour; so both ways are tried in turn, and the one that moved more data goes on
 * until the next trial. Both calls come in the order of the cells, from the thread that sends; time comes in.
 */
final class PackingRace {
    static final int TRIAL_CELLS = 12;
    static final int LAP_CELLS = 256;
    /** At the start of a trial what is still on its way tells of the way before. */
    private static final int SETTLING_CELLS = 4;

    private int chosen;
    private int sent;
    private boolean packingWins = true;
    private long lastNanos;
    private double plainNanosPerByte;
    private long trialNanos;
    private long trialBytes;

    /** For each cell once, before it is prepared. */
    boolean packNext() {
        int at = chosen++ % LAP_CELLS;
        return at >= TRIAL_CELLS && (at < 2 * TRIAL_CELLS || packingWins);
    }

    /** For each cell once, when it went out; {@code bytes} before compression. */
    void sent(long bytes, long nowNanos) {
        int at = sent++ % LAP_CELLS;
        if (at < 2 * TRIAL_CELLS) {
            trial(at % TRIAL_CELLS, bytes, nowNanos);
        }
        if (at == TRIAL_CELLS - 1) {
            plainNanosPerByte = ended();
        } else if (at == 2 * TRIAL_CELLS - 1) {
            packingWins = ended() < plainNanosPerByte;
        }
        lastNanos = nowNanos;
    }

    private void trial(int at, long bytes, long nowNanos) {
        if (at >= SETTLING_CELLS) {
            trialNanos += nowNanos - lastNanos;
            trialBytes += bytes;
        }
    }

    private double ended() {
        double nanosPerByte = (double) trialNanos / Math.max(1, trialBytes);
        trialNanos = 0;
        trialBytes = 0;
        return nanosPerByte;
    }
}
