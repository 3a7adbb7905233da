package dev.berth.controller.model;

/**
 * All times by which the controller and its agents live, in milliseconds; reliability.md d.4 derives them. Tests shrink
 * all of them by one factor. What {@code ClusterState.apply} decides must not depend on them, or a replay under other
 * timings would make another state.
 *
 * @param heartbeatMillis between two heartbeats of an agent, ± 10 %
 * @param suspectMillis silence after which a host gets no new pods
 * @param unreachableMillis silence after which users see it
 * @param lostMillis silence after which elastic pods are replaced: no less than lease, kill budget and slack together
 * @param leaseMillis how long elastic pods may run after the sending of the last acknowledged heartbeat
 * @param failoverGraceMillis after a start of the controller no host is lost for so long
 * @param stallMillis a gap between ticks above this was the controller's own absence, and nobody else's
 * @param storeProofMillis leases are renewed only if the store took a commit within this time
 * @param brakeWindowMillis hosts lost within this time count together for the brake on mass loss
 * @param backoffFirstMillis first delay of a replacement after a failure; doubles with each in a row
 * @param backoffMostMillis largest such delay
 * @param reserveAfterMillis waiting after which units are kept for a request
 * @param trashMillis how long what counts no more is kept before it is deleted for good
 */
public record Timings(
        long heartbeatMillis,
        long suspectMillis,
        long unreachableMillis,
        long lostMillis,
        long leaseMillis,
        long failoverGraceMillis,
        long stallMillis,
        long storeProofMillis,
        long brakeWindowMillis,
        long backoffFirstMillis,
        long backoffMostMillis,
        long reserveAfterMillis,
        long trashMillis,
        double scale) {
    public static final Timings DEFAULT = new Timings(
            5_000,
            15_000,
            60_000,
            120_000,
            60_000,
            180_000,
            5_000,
            600_000,
            120_000,
            10_000,
            300_000,
            60_000,
            86_400_000,
            1);

    /** The same proportions, faster or slower. {@code factor} is above 0. */
    public Timings scaled(double factor) {
        return new Timings(
                scaled(heartbeatMillis, factor),
                scaled(suspectMillis, factor),
                scaled(unreachableMillis, factor),
                scaled(lostMillis, factor),
                scaled(leaseMillis, factor),
                scaled(failoverGraceMillis, factor),
                scaled(stallMillis, factor),
                scaled(storeProofMillis, factor),
                scaled(brakeWindowMillis, factor),
                scaled(backoffFirstMillis, factor),
                scaled(backoffMostMillis, factor),
                scaled(reserveAfterMillis, factor),
                scaled(trashMillis, factor),
                scale * factor);
    }

    /** The same, but for the time in the trash. */
    public Timings keepingTrash(long millis) {
        return new Timings(
                heartbeatMillis,
                suspectMillis,
                unreachableMillis,
                lostMillis,
                leaseMillis,
                failoverGraceMillis,
                stallMillis,
                storeProofMillis,
                brakeWindowMillis,
                backoffFirstMillis,
                backoffMostMillis,
                reserveAfterMillis,
                millis,
                scale);
    }

    private static long scaled(long millis, double factor) {
        return Math.max(1, Math.round(millis * factor));
    }
}
