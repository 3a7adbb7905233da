package dev.berth.agent.container;

/**
 * Takes the lines of {@link ContainerRuntime#logs} on a thread of that one stream. A sink that blocks holds the
 * stream back, and nothing else.
 */
public interface LogSink {
    void line(LogLine line);

    /**
     * No line will follow: the log ended, broke or was closed.
     *
     * @param error empty when it came to its end
     */
    void end(String error);
}
