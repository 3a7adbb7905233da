package dev.berth.controller.telemetry;

import dev.berth.proto.v1.TerminalSize;

/** Which sizes a terminal may have. Pure. */
public final class TerminalLimits {
    private static final int MOST = 10_000;

    public static final String RULE = "rows and columns must be 1.." + MOST;

    private TerminalLimits() {}

    public static boolean holds(TerminalSize size) {
        return isWithin(size.getRows()) && isWithin(size.getColumns());
    }

    private static boolean isWithin(int count) {
        return count >= 1 && count <= MOST;
    }
}
