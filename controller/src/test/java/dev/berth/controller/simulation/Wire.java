package dev.berth.controller.simulation;

/**
 * The network between a host and the controller: takes time, clogs, and lets nothing through in one direction or both for
 * a while; what was sent meanwhile arrives after that, as TCP has it, if anyone still wants it.
 */
final class Wire {
    private final Timeline timeline;
    private final Chance chance;
    private long upBlockedUntilMillis;
    private long downBlockedUntilMillis;

    enum Direction {
        TO_CONTROLLER,
        TO_AGENT
    }

    Wire(Timeline timeline, Chance chance) {
        this.timeline = timeline;
        this.chance = chance;
    }

    void block(Direction direction, long millis) {
        long until = timeline.nowMillis() + millis;
        if (direction == Direction.TO_CONTROLLER) {
            upBlockedUntilMillis = Math.max(upBlockedUntilMillis, until);
        } else {
            downBlockedUntilMillis = Math.max(downBlockedUntilMillis, until);
        }
    }

    void heal() {
        upBlockedUntilMillis = 0;
        downBlockedUntilMillis = 0;
    }

    /** Whether no connection can be made within that time. */
    boolean isBlockedFor(long millis) {
        return Math.max(upBlockedUntilMillis, downBlockedUntilMillis) > timeline.nowMillis() + millis;
    }

    /** When what is sent now arrives. */
    long arrivalMillis(Direction direction) {
        long blockedUntil = direction == Direction.TO_CONTROLLER ? upBlockedUntilMillis : downBlockedUntilMillis;
        long delay = chance.between(1, 20) + (chance.strikes(Fault.CLOG) ? chance.between(0, 15_000) : 0);
        if (blockedUntil <= timeline.nowMillis()) {
            return timeline.nowMillis() + delay;
        }
        // The next retransmission after the network is back.
        return blockedUntil + delay + chance.between(0, 2_000);
    }
}
