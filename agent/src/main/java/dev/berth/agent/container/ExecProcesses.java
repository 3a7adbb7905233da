package dev.berth.agent.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what a command in a container left running. The engine has no call for it, so the command's processes are found
 * on this host: the runtime makes each command the leader of a session of its own, and whatever it starts stays in that
 * session unless it asks for another. A process that did ask (a daemon, {@code setsid}) is not found and lives until its
 * container ends. Only processes in the container's own control group are ever touched.
 */
final class ExecProcesses {
    private static final long POLL_NANOS = 20_000_000;
    /** In /proc/PID/stat after the name in parentheses: state, parent, group, session. */
    private static final int SESSION_FIELD = 3;

    private ExecProcesses() {}

    /** SIGTERM to the session's processes, and SIGKILL to those that are left after the grace. Blocks as long. */
    static void end(String containerId, long leaderPid, Duration grace) {
        List<ProcessHandle> left = session(containerId, leaderPid);
        left.forEach(ProcessHandle::destroy);
        long end = System.nanoTime() + grace.toNanos();
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
            left = session(containerId, leaderPid);
        }
        while (!left.isEmpty() && System.nanoTime() - end < grace.toNanos()) {
            left.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(POLL_NANOS);
            left = session(containerId, leaderPid);
        }
    }

    /**
     * Members that live. A handle knows its process by pid and start time and signals no other; where a process is, is
     * looked at after its handle was made, so a pid that was given again meanwhile is not taken for it.
     */
    private static List<ProcessHandle> session(String containerId, long leaderPid) {
        return Cgroups.processes(containerId).stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(process -> isMember(process.pid(), containerId, leaderPid))
                .toList();
    }

    private static boolean isMember(long pid, String containerId, long leaderPid) {
        try {
            Path folder = Path.of("/proc", Long.toString(pid));
            if (!Files.readString(folder.resolve("cgroup")).contains(containerId)) {
                return false;
            }
            String stat = Files.readString(folder.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[SESSION_FIELD]) == leaderPid && !fields[0].equals("Z");
        } catch (IOException e) {
            return false; // It ended meanwhile.
        }
    }
}
