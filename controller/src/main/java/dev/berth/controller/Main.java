package dev.berth.controller;

import dev.berth.controller.store.StoreFailedException;
import dev.berth.controller.store.StoreFullException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's process. Exit codes: 0 asked to stop, 2 wrong flags, 69 cannot start (the message says why), 70 can
 * no longer vouch for its state and must be started again.
 */
public final class Main {
    private static final int USAGE_ERROR = 2;
    private static final int CANNOT_START = 69;
    private static final int MUST_RESTART = 70;
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] args) {
        ControllerConfig config;
        try {
            config = ControllerConfig.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println("controller: " + e.getMessage() + "\n" + ControllerConfig.USAGE);
            System.exit(USAGE_ERROR);
            return;
        }
        try {
            Controller controller = Controller.start(config, Main::mustRestart);
            Runtime.getRuntime().addShutdownHook(new Thread(controller::close, "shutdown"));
            LOG.info(
                    "API on port {}, agents on port {}, data in {}",
                    controller.apiPort(),
                    controller.agentPort(),
                    config.data());
            System.out.println("ready");
        } catch (IOException | StoreFullException | StoreFailedException | IllegalArgumentException e) {
            LOG.debug("Start failed", e);
            System.err.println("controller: cannot start: " + e.getMessage());
            System.exit(CANNOT_START);
        }
    }

    /** No shutdown hooks: nothing may be written by a process whose state is in doubt. */
    private static void mustRestart(Throwable why) {
        LOG.error(
                "The controller stops because it can no longer vouch for its state; what it acknowledged is safe", why);
        Runtime.getRuntime().halt(MUST_RESTART);
    }
}
