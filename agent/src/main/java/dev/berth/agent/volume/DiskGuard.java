package dev.berth.agent.volume;

/**
 * What the host's free space means for its volumes. A sparse file that cannot grow breaks late and badly: the write
 * succeeds, the sync fails, the journal aborts. So writing stops while there is still room for what was written. Pure.
 */
public final class DiskGuard {
    /** No host writes faster; decides how soon to look again. */
    private static final long FASTEST_BYTES_PER_MILLI = 4L << 20;

    private static final long SOONEST_MILLIS = 50;
    private static final long LATEST_MILLIS = 5_000;

    /** From harmless to serious. */
    public enum Level {
        OPEN,
        /** No new pods, volumes, images or fetches. What runs goes on. */
        REFUSE_NEW,
        /** Volumes take no more writes until there is space again. */
        FREEZE
    }

    private DiskGuard() {}

    /**
     * The level by the space that is left when all that volumes hold in memory is written. Each level is left at a
     * quarter of the reserve above where it is entered, so that none flutters.
     *
     * @param reserveBytes below this volumes are frozen, below twice of it new work is refused
     */
    public static Level decide(Level now, long freeBytes, long reserveBytes) {
        long slack = reserveBytes / 4;
        if (freeBytes < reserveBytes + (now == Level.FREEZE ? slack : 0)) {
            return Level.FREEZE;
        }
        return freeBytes < 2 * reserveBytes + (now == Level.OPEN ? 0 : slack) ? Level.REFUSE_NEW : Level.OPEN;
    }

    /** When to look again: before the reserve could be half used at the fastest. */
    public static long nextLookMillis(long freeBytes, long reserveBytes) {
        long room = Math.max(0, freeBytes - reserveBytes / 2);
        return Math.clamp(room / FASTEST_BYTES_PER_MILLI, SOONEST_MILLIS, LATEST_MILLIS);
    }
}
