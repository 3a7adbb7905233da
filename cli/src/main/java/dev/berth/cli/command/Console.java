package dev.berth.cli.command;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where a command writes and reads: results to {@code out}, everything for people beside them to {@code err}. Tests give
 * their own streams. Which of them are terminals is asked only where it matters.
 */
public record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        BooleanSupplier inIsTerminal,
        BooleanSupplier outIsTerminal,
        BooleanSupplier errIsTerminal) {
    private static final int BUFFER_BYTES = 1 << 16;

    /** The streams of the process. */
    public static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                () -> isTerminal(0),
                () -> isTerminal(1),
                () -> isTerminal(2));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
                descriptor == FileDescriptor.err,
                StandardCharsets.UTF_8);
    }

    /** Linux says it through /proc; elsewhere the JDK's console, slower to load, is asked. */
    private static boolean isTerminal(int descriptor) {
        Path stream = Path.of("/proc/self/fd/" + descriptor);
        try {
            String target = Files.readSymbolicLink(stream).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return Optional.ofNullable(System.console())
                    .filter(console -> console.isTerminal())
                    .isPresent();
        }
    }
}
