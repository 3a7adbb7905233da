package dev.berth.agent.container;

/** How a command in a container came to its end. */
public sealed interface ExecEnd {
    /** It ran, and ended by itself, by a signal (128 + N), or with its container. */
    record Exited(int code) implements ExecEnd {}

    /** There is no such program in the container, or it may not be run. */
    record NotStarted(int code, String why) implements ExecEnd {}

    /** The engine lost it, or it was closed: nothing is known of its end. */
    record Broken(String error) implements ExecEnd {}
}
