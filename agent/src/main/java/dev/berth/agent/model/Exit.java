package dev.berth.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * How a container ended. The code is absent where nothing proves that it is the process's own (the engine invents 255
 * when it dies together with the container).
 *
 * @param byBoot the machine was booted since it was started
 * @param diskQuota the agent stopped it, because its container disk was over its limit
 */
public record Exit(@Nullable Integer code, boolean oomKilled, boolean byRequest, boolean byBoot, boolean diskQuota) {
    public static final Exit WITHOUT_EVIDENCE = new Exit(null, false, false);

    /** By neither a boot nor the agent's own hand. */
    public Exit(@Nullable Integer code, boolean oomKilled, boolean byRequest) {
        this(code, oomKilled, byRequest, false, false);
    }

    public Exit requested(boolean wanted) {
        return new Exit(code, oomKilled, wanted, byBoot, diskQuota);
    }

    public Exit withoutCode() {
        return new Exit(null, oomKilled, byRequest, byBoot, diskQuota);
    }

    /** The machine was booted since it was started: nothing proves a code. */
    public Exit booted() {
        return new Exit(null, oomKilled, byRequest, true, diskQuota);
    }

    /** Stopped because it had written more than its container disk may hold. */
    public Exit overDisk() {
        return new Exit(null, oomKilled, false, byBoot, true);
    }
}
