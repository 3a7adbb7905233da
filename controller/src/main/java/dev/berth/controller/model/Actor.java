package dev.berth.controller.model;

/** Who caused a change: kind, and the name of the token or of the part of the platform. */
public record Actor(Kind kind, String name) {
    public static final Actor SCHEDULER = new Actor(Kind.SYSTEM, "scheduler");

    public enum Kind {
        USER,
        ADMIN,
        SYSTEM
    }

    public static Actor host(String hostName) {
        return new Actor(Kind.SYSTEM, "host " + hostName);
    }

    /** The reason that a change asked for by this actor carries. */
    public Reason reason() {
        return switch (kind) {
            case USER -> Reason.USER;
            case ADMIN -> Reason.ADMIN;
            case SYSTEM -> Reason.NONE;
        };
    }
}
