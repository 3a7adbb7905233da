package dev.berth.controller.model;

import java.util.Locale;

/** What the owner of a pod may ask of it. */
public enum PodAction {
    PAUSE,
    RUN,
    TERMINATE,
    EDIT,
    RESTART,
    RESET,
    LOCK,
    UNLOCK;

    /** Whether a locked pod refuses it. */
    public boolean isBarredByLock() {
        return switch (this) {
            case PAUSE, RESET, TERMINATE -> true;
            case RUN, EDIT, RESTART, LOCK, UNLOCK -> false;
        };
    }

    /** As people write it. */
    public String verb() {
        return name().toLowerCase(Locale.ROOT);
    }
}
