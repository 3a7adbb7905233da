package dev.berth.cli.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that ran to its end: exit code and both outputs. */
public record Execution(String command, int exitCode, String out, String err) {
    private static final long LIMIT_SECONDS = 90;

    /** Runs a command without input and waits for it; one that does not end in 90 s fails the test. */
    static Execution run(List<String> command) {
        return run(String.join(" ", command), Map.of(), command);
    }

    /** The same with more environment, and a name that stands for the command in what a failure says. */
    static Execution run(String name, Map<String, String> environment, List<String> command) {
        return run(name, environment, Path.of("/dev/null"), command);
    }

    /** The same with a file as its input. */
    static Execution run(String name, Map<String, String> environment, Path in, List<String> command) {
        try {
            Path out = Files.createTempFile("berth-e2e", ".out");
            Path err = Files.createTempFile("berth-e2e", ".err");
            try {
                return run(name, environment, in, command, out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + name + " ran", e);
        }
    }

    private static Execution run(
            String name, Map<String, String> environment, Path in, List<String> command, Path out, Path err)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(command + " did not end in " + LIMIT_SECONDS + " s; it said:\n"
                    + Files.readString(out) + Files.readString(err));
        }
        return new Execution(name, process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** This, where it ended well; else the test fails with what the command said. */
    public Execution succeeded() {
        return endedWith(0);
    }

    public Execution endedWith(int wanted) {
        if (exitCode != wanted) {
            throw new AssertionError(
                    command + " ended with " + exitCode + ", and not " + wanted + "; it said:\n" + out + err);
        }
        return this;
    }
}
