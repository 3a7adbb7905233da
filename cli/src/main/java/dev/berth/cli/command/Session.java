package dev.berth.cli.command;

import dev.berth.cli.connection.Connection;
import dev.berth.cli.connection.Pause;
import dev.berth.cli.render.Render;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What a verb works with: the connection, made when it is first asked for, where it writes, time, pauses, and
 * idempotency keys. One object serves one run on one thread.
 */
public record Session(
        Supplier<Connection> connections,
        Console console,
        Render render,
        InstantSource clock,
        Pause pause,
        Supplier<String> keys) {

    public Connection connection() {
        return connections.get();
    }

    /** A new idempotency key. */
    public String newKey() {
        return keys.get();
    }

    /** Something for people, beside the result. */
    public void note(String sentence) {
        console.err().println(sentence);
    }
}
