package dev.berth.agent.container;

/** Something that goes on until it is closed. Closing twice is fine, and does not wait for the last call to end. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
