package dev.berth.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * How a container ended. The code is absent where nothing proves that it is the process's own (the engine invents 255
 * when it dies together with the container).
 */
public record Exit(@Nullable Integer code, boolean oomKilled, boolean byRequest) {
    public static final Exit WITHOUT_EVIDENCE = new Exit(null, false, false);

    public Exit requested(boolean wanted) {
        return new Exit(code, oomKilled, wanted);
    }

    public Exit withoutCode() {
        return new Exit(null, oomKilled, byRequest);
    }
}
