package dev.berth.cli;

import com.google.protobuf.ByteString;
import dev.berth.cli.command.Console;
import dev.berth.cli.connection.Pause;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** One run of the program inside the test: its exit code and what it wrote. Pauses only move the run's own clock. */
record CliRun(int exitCode, ByteString bytes, String err) {
    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    /** Against a fake, with its output not on a terminal. */
    static CliRun of(FakeController controller, String... args) {
        return of(Map.of("BERTH_ENDPOINT", controller.endpoint()), false, args);
    }

    static CliRun of(Map<String, String> environment, boolean terminal, String... args) {
        return of(environment, InputStream.nullInputStream(), terminal, args);
    }

    static CliRun of(Map<String, String> environment, InputStream in, boolean terminal, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console = new Console(
                in,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> false,
                () -> terminal,
                () -> terminal);
        AtomicLong pausedMillis = new AtomicLong();
        InstantSource clock = () -> NOW.plusMillis(pausedMillis.get());
        Pause pause = pausedMillis::addAndGet;
        int exitCode =
                new Cli(new TreeMap<>(environment), console, clock, pause, UnaryOperator.identity()).run(List.of(args));
        return new CliRun(exitCode, ByteString.copyFrom(out.toByteArray()), err.toString(StandardCharsets.UTF_8));
    }

    String out() {
        return bytes.toStringUtf8();
    }
}
