package dev.berth.cli.exec;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.TerminalSize;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The terminal of the person, lent to a command in a pod: raw while it is open, and as it was before after that, also
 * when the process is ended by a signal. Through {@code stty}, for the JDK has no call for it.
 */
public final class Terminal implements AutoCloseable {
    private static final File DEVICE = new File("/dev/tty");

    private final String saved;
    private final Thread atExit = new Thread(this::restore, "terminal");
    private final AtomicBoolean restored = new AtomicBoolean();

    private Terminal(String saved) {
        this.saved = saved;
    }

    /** Every key goes to the pod from now on, interrupts too. */
    public static Terminal raw() {
        Terminal terminal = new Terminal(stty("-g"));
        Runtime.getRuntime().addShutdownHook(terminal.atExit);
        stty("raw", "-echo");
        return terminal;
    }

    /** Asked for at most once a change. */
    public static TerminalSize size() {
        String[] numbers = stty("size").split(" ");
        try {
            return TerminalSize.newBuilder()
                    .setRows(Math.max(1, Integer.parseInt(numbers[0])))
                    .setColumns(Math.max(1, Integer.parseInt(numbers[1])))
                    .build();
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw CliFailure.usage("The size of the terminal cannot be read", "Leave -t out");
        }
    }

    /**
     * Calls back after each change of the window, on a thread of the JDK's. Reflective, since the JDK shows its signals
     * in {@code sun.misc} only; where that is missing the first size stays.
     */
    public void onResize(Runnable changed) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object answer = Proxy.newProxyInstance(
                    Terminal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        changed.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"), answer);
        } catch (ReflectiveOperationException e) {
            assert !restored.get();
        }
    }

    private void restore() {
        if (restored.compareAndSet(false, true)) {
            stty(saved);
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook has done it.
            assert restored.get();
        }
    }

    private static String stty(String... words) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(DEVICE)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() == 0) {
                return said;
            }
            throw noTerminal(said);
        } catch (IOException e) {
            throw noTerminal(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noTerminal("interrupted");
        }
    }

    private static CliFailure noTerminal(String why) {
        return CliFailure.usage("There is no terminal to lend to the command (" + why + ")", "Leave -t out");
    }
}
