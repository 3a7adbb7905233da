package dev.berth.controller.model;

/**
 * How a pod ends.
 *
 * @param graceMillis from SIGTERM to SIGKILL
 * @param preStopCommand run in the container before SIGTERM; empty for none
 * @param stopAfterMillis paused this long after each start of it is RUNNING; 0 for never
 * @param terminateAfterMillis ended this long after its first RUNNING; 0 for never
 */
public record Lifetime(long graceMillis, String preStopCommand, long stopAfterMillis, long terminateAfterMillis) {
    public static Lifetime grace(long millis) {
        return new Lifetime(millis, "", 0, 0);
    }
}
