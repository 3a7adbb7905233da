package dev.berth.controller.model;

/** A host's availability; {@code deadlineMillis} is 0 unless it is being drained. */
public record Standing(Availability availability, long deadlineMillis) {
    public static final Standing OPEN = new Standing(Availability.OPEN, 0);

    public boolean isOpen() {
        return availability == Availability.OPEN;
    }
}
