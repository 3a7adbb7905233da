package dev.berth.controller.scheduling;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one search leaves out, more and more as it goes, and hosts that have its image. Of one search; not shared. */
final class Limits {
    private final StorageNeeds needs;
    private final @Nullable OrdinalSet withImage;
    private @Nullable OrdinalSet without;

    Limits(StorageNeeds needs, @Nullable OrdinalSet withImage, @Nullable OrdinalSet without) {
        this.needs = needs;
        this.withImage = withImage;
        this.without = without;
    }

    /** The same, in a set of its own. */
    Limits copy() {
        OrdinalSet own = new OrdinalSet();
        own.addAll(Objects.requireNonNullElseGet(without, OrdinalSet::new));
        return new Limits(needs, withImage, own);
    }

    StorageNeeds needs() {
        return needs;
    }

    @Nullable
    OrdinalSet withImage() {
        return withImage;
    }

    @Nullable
    OrdinalSet without() {
        return without;
    }

    void leaveOut(int ordinal) {
        if (without == null) {
            without = new OrdinalSet();
        }
        without.add(ordinal);
    }

    boolean leaveOut(IndexedHost host) {
        return without != null && without.contains(host.ordinal());
    }

    /** Whether the host may take the pod now, whatever units are free. */
    boolean allow(IndexedHost host) {
        return !leaveOut(host) && host.isReady() && host.isOpen() && !host.isDiskFull() && host.hasDiskFor(needs);
    }
}
