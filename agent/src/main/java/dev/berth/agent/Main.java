package dev.berth.agent;

import dev.berth.agent.gpu.NvmlProbeMain;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The agent's program: {@code run} serves a host until it is stopped, {@code probe} prints its GPUs as JSON. */
public final class Main {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    private Main() {}

    public static void main(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "run" -> run(List.of(rest));
            case "probe" -> NvmlProbeMain.main(rest);
            default ->
                fail(
                        EXIT_USAGE,
                        (command.isEmpty() ? "a command is missing" : command + ": there is no such command") + "\n"
                                + AgentConfig.USAGE);
        }
    }

    private static void run(List<String> arguments) {
        AgentConfig config;
        try {
            config = AgentConfig.parse(arguments);
        } catch (IllegalArgumentException e) {
            fail(EXIT_USAGE, e.getMessage() + "\n" + AgentConfig.USAGE);
            return;
        }
        JulBridge.install();
        try {
            Agent agent = new Agent(config);
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "stop"));
            agent.start();
        } catch (IllegalArgumentException e) {
            fail(EXIT_USAGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            fail(EXIT_FAILED, "the agent cannot start: " + e.getMessage());
        } catch (InterruptedException e) {
            fail(EXIT_FAILED, "the agent was interrupted while starting");
        }
    }

    @SuppressWarnings("SystemOut") // The last word before the end, whatever the log is set to.
    private static void fail(int code, String why) {
        System.err.println(why);
        System.exit(code);
    }
}
