package dev.berth.controller.telemetry;

/**
 * How long commands in pods may take, and how many may run at once.
 *
 * @param openMillis from the request until the host has started the command
 * @param idleMillis without a byte in either direction
 * @param totalMillis in any case
 */
public record ExecLimits(long openMillis, long idleMillis, long totalMillis, int perHost, int perTenant) {
    public static final ExecLimits DEFAULT = new ExecLimits(10_000, 30 * 60_000, 12 * 60 * 60_000, 32, 128);
}
