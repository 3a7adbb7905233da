package dev.berth.agent.container;

/**
 * A call to the engine that did not do what was asked. The kind decides what the pod's owner is told and whether to
 * try again; the message is a sentence for people and holds the engine's own words.
 */
public final class ContainerException extends RuntimeException {
    public enum Kind {
        /** Malformed reference, or no such image, or its registry cannot be found or reached at all. */
        INVALID_IMAGE,
        /** The registry wants (other) credentials. */
        IMAGE_PULL_AUTH,
        /** Not linux/amd64. */
        IMAGE_ARCH_UNSUPPORTED,
        /** Neither Debian nor Ubuntu. */
        IMAGE_OS_UNSUPPORTED,
        /** The registry answers but does not deliver: no progress, out of time, server error, rate limit. */
        PULL_TIMEOUT,
        /** The engine refused to create or start it, or made something else than was asked. */
        CONTAINER_CREATE_ERROR,
        /** A port of the host that it is to have is in use. */
        PORT_CONFLICT,
        /** No such container, or it is not ours. */
        NOT_FOUND,
        /** Still alive after SIGKILL. */
        UNKILLABLE,
        /** The engine does not answer, or not in time. Nothing is known about what it did: inspect. */
        ENGINE_UNAVAILABLE,
        /** The calling thread was interrupted. Nothing is known about what the engine did: inspect. */
        INTERRUPTED
    }

    private final Kind kind;

    public ContainerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ContainerException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
