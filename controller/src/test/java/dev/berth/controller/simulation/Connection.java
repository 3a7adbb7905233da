package dev.berth.controller.simulation;

/**
 * One session stream: ordered both ways, and broken at any point, for good. What is on its way then still arrives up to
 * some message and not beyond; both ends learn of it later, each on its own.
 */
final class Connection {
    private final Timeline timeline;
    private final Chance chance;
    private final Lane toController = new Lane();
    private final Lane toAgent = new Lane();
    private final Runnable agentLearns;
    private final Runnable controllerLearns;
    private boolean cut;

    Connection(Timeline timeline, Chance chance, Runnable agentLearns, Runnable controllerLearns) {
        this.timeline = timeline;
        this.chance = chance;
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
        private long sent;
        private long arrived;
        private long arrivesUpTo = Long.MAX_VALUE;
        private long lastArrivalMillis;

        void send(Runnable arrival) {
            long number = ++sent;
            long delay = chance.between(1, 20) + (chance.strikes(Fault.CLOG) ? chance.between(0, 15_000) : 0);
            lastArrivalMillis = Math.max(lastArrivalMillis, timeline.nowMillis() + delay);
            timeline.at(lastArrivalMillis, () -> {
                if (number <= arrivesUpTo) {
                    arrived = number;
                    arrival.run();
                }
            });
        }

        void cut() {
            arrivesUpTo = chance.between(arrived, sent);
        }
    }
}
