package dev.berth.cli.connection;

/** How a run comes to its connection: when it asks, or prepared while the command line was still being read. */
@FunctionalInterface
public interface Connector {
    Connection connect(Endpoint endpoint);
}
