package dev.berth.agent.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Milliseconds since the machine booted, time that it slept included: Linux's CLOCK_BOOTTIME, as /proc/uptime tells it.
 * The JDK's own clocks either jump or stand still then. Any thread.
 */
public interface BootClock {
    long bootMillis();

    /** The kernel's. */
    static BootClock ofKernel() {
        return () -> read(Path.of("/proc/uptime"));
    }

    private static long read(Path uptime) {
        try {
            String first = Files.readString(uptime).split(" ", 2)[0];
            int dot = first.indexOf('.');
            return Long.parseLong(first.substring(0, dot)) * 1_000 + Long.parseLong(first.substring(dot + 1)) * 10;
        } catch (IOException e) {
            throw new UncheckedIOException("the boot-time clock cannot be read", e);
        }
    }
}
