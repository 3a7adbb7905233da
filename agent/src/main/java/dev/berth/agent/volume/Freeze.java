package dev.berth.agent.volume;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Stops and resumes all writing to one volume's mounted file system; what was written before is on disk. Stateless. */
final class Freeze {
    private static final Duration FREEZING = Duration.ofMinutes(5);
    private static final Duration QUICK = Duration.ofSeconds(30);

    /** In the file system, not where it is mounted: a mount that is gone must not mean the host's own file system. */
    static final String INSIDE = "lost+found";

    private Freeze() {}

    /** Frozen already counts. */
    static void freeze(Path point) {
        List<String> command =
                List.of("fsfreeze", "--freeze", point.resolve(INSIDE).toString());
        VolumeTools.Ended ended = VolumeTools.attempt(FREEZING, null, null, command);
        if (ended.status() != 0 && !ended.output().contains("Device or resource busy")) {
            throw VolumeTools.failed(command, ended);
        }
    }

    /** Not frozen counts as well. */
    static void thaw(Path point) {
        List<String> command =
                List.of("fsfreeze", "--unfreeze", point.resolve(INSIDE).toString());
        VolumeTools.Ended ended = VolumeTools.attempt(QUICK, null, null, command);
        if (ended.status() != 0 && !ended.output().contains("Invalid argument")) {
            throw VolumeTools.failed(command, ended);
        }
    }
}
