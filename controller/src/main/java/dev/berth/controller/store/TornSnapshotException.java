package dev.berth.controller.store;

import java.io.IOException;

/** A snapshot file is not whole: cut short, changed, or never finished. The one before it is taken instead. */
final class TornSnapshotException extends IOException {
    TornSnapshotException(String message) {
        super(message);
    }
}
