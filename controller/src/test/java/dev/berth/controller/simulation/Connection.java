package dev.berth.controller.simulation;

/**
 * One session stream: ordered both ways, and broken at any point, for good. What is on its way then still arrives up to
 * some message and not beyond; both ends learn of it later, each on its own.
 */
final class Connection {
    /** What was on its way longer than this when the stream broke is gone. */
    private static final long LINGERS_MILLIS = 20_000;

    private final Timeline timeline;
    private final Chance chance;
    private final Wire wire;
    private final Lane toController = new Lane(Wire.Direction.TO_CONTROLLER);
    private final Lane toAgent = new Lane(Wire.Direction.TO_AGENT);
    private final Runnable agentLearns;
    private final Runnable controllerLearns;
    private boolean cut;

    Connection(Timeline timeline, Chance chance, Wire wire, Runnable agentLearns, Runnable controllerLearns) {
        this.timeline = timeline;
        this.chance = chance;
        this.wire = wire;
        this.agentLearns = agentLearns;
        this.controllerLearns = controllerLearns;
    }

    void toController(Runnable arrival) {
        toController.send(arrival);
    }

    void toAgent(Runnable arrival) {
        toAgent.send(arrival);
    }

    boolean isCut() {
        return cut;
    }

    void cut() {
        if (cut) {
            return;
        }
        cut = true;
        toController.cut();
        toAgent.cut();
        // A half-open connection is noticed by its keep-alive, at the latest.
        timeline.after(chance.between(0, chance.isQuiet() ? 20 : 20_000), agentLearns);
        timeline.after(chance.between(0, chance.isQuiet() ? 20 : 20_000), controllerLearns);
    }

    private final class Lane {
        private final Wire.Direction direction;
        private long sent;
        private long arrived;
        private long arrivesUpTo = Long.MAX_VALUE;
        private long lastArrivalMillis;
        private long endMillis = Long.MAX_VALUE;

        Lane(Wire.Direction direction) {
            this.direction = direction;
        }

        void send(Runnable arrival) {
            long number = ++sent;
            lastArrivalMillis = Math.max(lastArrivalMillis, wire.arrivalMillis(direction));
            timeline.at(lastArrivalMillis, () -> {
                if (number <= arrivesUpTo && timeline.nowMillis() <= endMillis) {
                    arrived = number;
                    arrival.run();
                }
            });
        }

        void cut() {
            arrivesUpTo = chance.between(arrived, sent);
            endMillis = timeline.nowMillis() + LINGERS_MILLIS;
        }
    }
}
