package dev.berth.cli.command;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where a command writes: results to {@code out}, everything for people beside them to {@code err}. Tests give their
 * own streams. {@code outIsTerminal} is asked only where it matters.
 */
public record Console(PrintStream out, PrintStream err, BooleanSupplier outIsTerminal) {
    private static final int BUFFER_BYTES = 1 << 16;

    /** The streams of the process. */
    public static Console ofProcess() {
        return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), Console::standardOutputIsTerminal);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
                descriptor == FileDescriptor.err,
                StandardCharsets.UTF_8);
    }

    /** Linux says it through /proc; elsewhere the JDK's console, slower to load, is asked. */
    private static boolean standardOutputIsTerminal() {
        Path standardOutput = Path.of("/proc/self/fd/1");
        try {
            String target = Files.readSymbolicLink(standardOutput).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return Optional.ofNullable(System.console())
                    .filter(console -> console.isTerminal())
                    .isPresent();
        }
    }
}
