package dev.berth.agent;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Passes what libraries say through the JDK's own logging on to the agent's log. Installed once, at start. */
final class JulBridge extends Handler {
    /** Held, for the JDK would forget a logger, and its level, that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    static void install() {
        LogManager.getLogManager().reset();
        ROOT.setLevel(Level.WARNING);
        ROOT.addHandler(new JulBridge());
    }

    @Override
    public void publish(LogRecord line) {
        String name = line.getLoggerName() == null ? "jdk" : line.getLoggerName();
        org.slf4j.Logger log = LoggerFactory.getLogger(name);
        if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
            log.error(line.getMessage(), line.getThrown());
        } else {
            log.warn(line.getMessage(), line.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
