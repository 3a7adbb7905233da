package dev.berth.agent.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The engine's process on this host, for what the API does not tell: when it started, and which limits it may raise.
 * Found by the pid file beside the socket, else as the oldest dockerd, which errs towards not believing an exit code.
 */
final class EngineProcess {
    private static final int CAP_SYS_RESOURCE = 24;
    /** Rows of /proc/PID/limits by the names that containers know the limits by. */
    private static final Map<String, String> LIMIT_ROWS = Map.of(
            "Max core file size", "core",
            "Max locked memory", "memlock",
            "Max open files", "nofile",
            "Max stack size", "stack");

    private EngineProcess() {}

    static Optional<ProcessHandle> find(Path socket) {
        Path pidFile = socket.resolveSibling(socket.getFileName().toString().replaceFirst("\\.sock$", "") + ".pid");
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            if (process.isPresent()) {
                return process;
            }
        } catch (IOException | NumberFormatException e) {
            // No pid file where it usually is; look at the processes.
        }
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/dockerd"))
                .min(Comparator.comparing(
                        process -> process.info().startInstant().orElse(Instant.MAX)));
    }

    static Optional<Instant> startedAt(Path socket) {
        return find(socket).flatMap(process -> process.info().startInstant());
    }

    /**
     * Hard limits that bind containers because the engine lacks the capability to raise them, as in a container or a
     * sandbox. Empty on an ordinary host. Without them each start would fail.
     */
    static Map<String, Long> bindingLimits(Path socket) {
        Map<String, Long> limits = new TreeMap<>();
        Optional<ProcessHandle> process = find(socket);
        if (process.isEmpty()) {
            return limits;
        }
        Path proc = Path.of("/proc", Long.toString(process.get().pid()));
        try {
            for (String line : Files.readAllLines(proc.resolve("status"))) {
                if (line.startsWith("CapEff:")
                        && (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> CAP_SYS_RESOURCE & 1) == 1) {
                    return limits;
                }
            }
            for (String line : Files.readAllLines(proc.resolve("limits"))) {
                LIMIT_ROWS.forEach((row, name) -> {
                    if (line.startsWith(row)) {
                        hardLimit(line.substring(row.length())).ifPresent(limit -> limits.put(name, limit));
                    }
                });
            }
        } catch (IOException e) {
            // The engine just ended; the next call says so.
            limits.clear();
        }
        return limits;
    }

    /** Of a row's "soft hard unit"; empty for "unlimited". */
    private static Optional<Long> hardLimit(String columns) {
        String[] words = columns.strip().split("\\s+");
        return words.length < 2 || words[1].equals("unlimited")
                ? Optional.empty()
                : Optional.of(Long.valueOf(words[1]));
    }
}
