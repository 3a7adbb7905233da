package dev.berth.cli.chaos;

import java.util.List;

/**
 * A container as the engine tells of it.
 *
 * @param what its state in a listing, what happened in an event
 * @param placement pod id and incarnation, as labelled
 */
record SeenContainer(String what, String id, String hostId, String placement, List<String> units) {
    /** From the fields that {@link EngineObserver} asks for. */
    static SeenContainer parse(String line) {
        String[] parts = line.split("\\|", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("the engine answered in another form: " + line);
        }
        return new SeenContainer(
                parts[0], parts[1], parts[2], parts[3], parts[4].isEmpty() ? List.of() : List.of(parts[4].split(",")));
    }

    boolean isRunning() {
        return what.equals("running");
    }

    /** What an agent makes of an image to read it has no pod, and must never start. */
    boolean isOnlyRead() {
        return placement.equals("/") && (what.equals("create") || what.equals("created") || what.equals("removing"));
    }

    String podId() {
        return placement.substring(0, placement.indexOf('/'));
    }
}
