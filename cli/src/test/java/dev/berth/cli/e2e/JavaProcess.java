package dev.berth.cli.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main of another module as a process of its own, what it says in a log file. Made and ended by one test thread. */
public final class JavaProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long STOP_LIMIT_SECONDS = 20;

    private final String name;
    private final Path log;
    private final Process process;

    private JavaProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    public static JavaProcess start(String module, Path log, List<String> heap, List<String> arguments) {
        List<String> command = new ArrayList<>(flags());
        command.addAll(heap);
        command.addAll(List.of("-cp", Checkout.classPathOf(module), "dev.berth." + module + ".Main"));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new JavaProcess(module, log, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the " + module, e);
        }
    }

    static List<String> flags() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    /** Returns when a line of the log is the given one. */
    public void awaitLine(String line) {
        Await.equal(name + " says '" + line + "'", true, START_LIMIT, () -> {
            requireAlive();
            return said().lines().anyMatch(line::equals);
        });
    }

    /** Fails with what the process said where it has ended by itself. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError("the " + name + " ended with " + process.exitValue() + "; it said:\n" + said());
        }
    }

    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    public boolean hasEnded() {
        return !process.isAlive();
    }

    /** kill -9, and wait until it is gone. */
    public void kill() {
        process.destroyForcibly();
        join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                kill();
                throw new AssertionError("the " + name + " did not end within " + STOP_LIMIT_SECONDS
                        + " s of SIGTERM; it said:\n" + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void join() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the " + name + " ended", e);
        }
    }
}
