package dev.berth.agent.container;

import java.nio.ByteBuffer;

/**
 * Takes what a command of {@link ContainerRuntime#exec} writes, on a thread of that one command. A sink that blocks
 * holds the command back, and nothing else.
 */
public interface ExecSink {
    int MOST_BYTES = 64 << 10;

    /** At most {@link #MOST_BYTES}, the sink's to keep. */
    void output(LogLine.Stream stream, ByteBuffer bytes);

    /** Nothing follows. */
    void end(ExecEnd end);
}
