package dev.berth.agent.container;

import java.nio.ByteBuffer;

/**
 * The caller's side of a command that runs in a container. Closing it ends a command that has not ended; safe for any
 * thread, but input comes from one at a time.
 */
public interface ExecSession extends Subscription {
    /** Blocks until the command's pipe took all of it. What a command that reads no more is sent is dropped. */
    void write(ByteBuffer bytes);

    /** The command reads the end of its input. */
    void endInput();

    /** Where it has a terminal. Returns at once; the last size wins. */
    void resize(TerminalSize size);
}
