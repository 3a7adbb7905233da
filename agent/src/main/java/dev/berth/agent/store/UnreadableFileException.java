package dev.berth.agent.store;

import java.io.IOException;
import java.nio.file.Path;

/** A file of the data folder is there but does not hold what it should. */
public final class UnreadableFileException extends IOException {
    UnreadableFileException(Path path, String what) {
        super(path + " cannot be read: " + what);
    }

    public UnreadableFileException(Path path, IOException cause) {
        super(path + " cannot be read: its content makes no sense (" + cause.getMessage() + ")", cause);
    }
}
