package dev.berth.controller.loop;

/** Why the loop did not take something, or could not make it durable. Nothing of it took effect. */
public final class LoopRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Kind kind;

    public enum Kind {
        /** Too much is waiting, or the disk is full. */
        RESOURCE_EXHAUSTED,
        /** The controller is starting or stopping. */
        UNAVAILABLE
    }

    public LoopRefusal(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
