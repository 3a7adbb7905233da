package dev.berth.controller.simulation;

import java.util.function.Supplier;

/** A promise was broken; the message says which invariant, and by what. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }

    static void unless(boolean kept, Supplier<String> message) {
        if (!kept) {
            throw new Violation(message.get());
        }
    }
}
