package dev.berth.agent.core;

/** What the engine of this agent knows about a placement's container. Only ABSENT and EXITED prove it dead. */
public enum Knowledge {
    /** To be asked; must be taken for alive. */
    UNKNOWN,
    ABSENT,
    CREATED,
    RUNNING,
    EXITED;

    public boolean mayBeAlive() {
        return switch (this) {
            case UNKNOWN, CREATED, RUNNING -> true;
            case ABSENT, EXITED -> false;
        };
    }
}
