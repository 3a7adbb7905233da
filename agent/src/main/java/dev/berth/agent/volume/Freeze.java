package dev.berth.agent.volume;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops and resumes all writing to one volume's mounted file system; what was written before is on disk. Stateless. */
final class Freeze {
    private static final Logger LOG = LoggerFactory.getLogger(Freeze.class);
    private static final Duration QUICK = Duration.ofSeconds(30);

    /** In the file system, not where it is mounted: a mount that is gone must not mean the host's own file system. */
    static final String INSIDE = "lost+found";

    /** What is known of a freeze that was attempted. */
    enum Attempt {
        FROZEN,
        /** It was frozen or being frozen before, or its tool was given up: what has begun the kernel finishes without it. */
        UNKNOWN,
        NOT_FROZEN
    }

    private Freeze() {}

    static Attempt freeze(Path point, Duration limit) {
        List<String> command =
                List.of("fsfreeze", "--freeze", point.resolve(INSIDE).toString());
        VolumeTools.Ended ended;
        try {
            ended = VolumeTools.attempt(limit, null, null, command);
        } catch (VolumeException e) {
            LOG.error("{}; the kernel may freeze it all the same", e.getMessage());
            return Attempt.UNKNOWN;
        }
        if (ended.status() == 0) {
            return Attempt.FROZEN;
        }
        if (ended.output().contains("Device or resource busy")) {
            return Attempt.UNKNOWN;
        }
        LOG.error("{} is not frozen: {}", point, ended.output());
        return Attempt.NOT_FROZEN;
    }

    /** Answers whether it was frozen until now; while a freeze is under way the answer is no. */
    static boolean thaw(Path point) {
        List<String> command =
                List.of("fsfreeze", "--unfreeze", point.resolve(INSIDE).toString());
        VolumeTools.Ended ended = VolumeTools.attempt(QUICK, null, null, command);
        if (ended.status() != 0 && !ended.output().contains("Invalid argument")) {
            throw VolumeTools.failed(command, ended);
        }
        return ended.status() == 0;
    }
}
