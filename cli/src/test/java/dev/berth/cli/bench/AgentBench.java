package dev.berth.cli.bench;

import dev.berth.cli.connection.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What an agent of eight GPUs and eight running pods costs its host while nothing happens: resident memory and time on
 * a CPU, as the kernel counts them.
 */
final class AgentBench {
    private static final int PODS = 8;
    private static final long SETTLE_MILLIS = 5_000;
    private static final long MEASURE_MILLIS = 30_000;
    private static final double AIM_RESIDENT_MB = 120;
    private static final double AIM_CORE_PERCENT = 1;
    /** What /proc counts CPU time in on every Linux that Berth runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private AgentBench() {}

    static String run(BenchPods pods, long pid) throws InterruptedException {
        double emptyMb = residentMb(pid);
        pods.fill(PODS);
        Pause.real().forMillis(SETTLE_MILLIS);
        long before = System.nanoTime();
        double ticks = ticks(pid);
        Pause.real().forMillis(MEASURE_MILLIS);
        double seconds = (System.nanoTime() - before) / 1e9;
        double percent = (ticks(pid) - ticks) / TICKS_PER_SECOND / seconds * 100;
        double residentMb = residentMb(pid);
        pods.empty();
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"agent\",\"gpus\":8,\"pods\":%d,\"seconds\":%.0f,\"resident_mb\":%.1f,"
                        + "\"resident_before_pods_mb\":%.1f,\"aim_resident_mb\":%.0f,\"ratio_to_aim_resident\":%.2f,"
                        + "\"idle_core_percent\":%.2f,\"aim_idle_core_percent\":%.0f,\"ratio_to_aim_idle\":%.2f,"
                        + "\"aim_met\":%b}",
                PODS,
                seconds,
                residentMb,
                emptyMb,
                AIM_RESIDENT_MB,
                residentMb / AIM_RESIDENT_MB,
                percent,
                AIM_CORE_PERCENT,
                percent / AIM_CORE_PERCENT,
                residentMb <= AIM_RESIDENT_MB && percent <= AIM_CORE_PERCENT);
    }

    /** Megabytes of 10^6 bytes. */
    private static double residentMb(long pid) {
        for (String line : lines(pid, "status")) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
            }
        }
        throw new IllegalStateException("/proc/" + pid + "/status names no VmRSS: the agent has ended");
    }

    private static double ticks(long pid) {
        String stat = lines(pid, "stat").getFirst();
        // The name before may hold spaces.
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        return Double.parseDouble(fields.get(USER_TICKS)) + Double.parseDouble(fields.get(SYSTEM_TICKS));
    }

    private static List<String> lines(long pid, String file) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException("the agent, process " + pid + ", has ended", e);
        }
    }
}
