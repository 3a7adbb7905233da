package dev.berth.cli.chaos;

/**
 * One run. The seed decides what is drawn: who dies, when, and what clients ask for. Two runs of one seed do not meet
 * the same interleavings, for the processes are real.
 *
 * @param kills processes killed in all
 * @param clients how many clients act, each on one pod at a time
 */
record Settings(long seed, int kills, int clients) {
    static final int CLIENTS = 5;

    /** From the system properties {@code chaos.kills} and {@code chaos.seed}. */
    static Settings fromProperties(int defaultKills) {
        return new Settings(
                Long.getLong("chaos.seed", System.nanoTime() & 0xffff_ffffL),
                Integer.getInteger("chaos.kills", defaultKills),
                CLIENTS);
    }
}
