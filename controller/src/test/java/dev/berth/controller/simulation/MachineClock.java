package dev.berth.controller.simulation;

/**
 * The clocks of one machine over true time: a rate that is wrong by up to half a percent, a boot-time clock that runs on
 * while the machine sleeps, a monotonic one that does not, and a wall clock that is set now and then.
 */
final class MachineClock {
    private final Timeline timeline;
    private final double rate;
    private long trueMillis;
    private double boot;
    private double monotonic;
    private long wallOffsetMillis;
    private boolean asleep;

    MachineClock(Timeline timeline, double rate) {
        this.timeline = timeline;
        this.rate = rate;
        trueMillis = timeline.nowMillis();
    }

    private void advance() {
        double passed = (timeline.nowMillis() - trueMillis) * rate;
        trueMillis = timeline.nowMillis();
        boot += passed;
        monotonic += asleep ? 0 : passed;
    }

    long bootMillis() {
        advance();
        return (long) boot;
    }

    long monotonicMillis() {
        advance();
        return (long) monotonic;
    }

    /** Jumps; processes read it once, when they start. */
    long wallMillis() {
        return timeline.nowMillis() + wallOffsetMillis;
    }

    void setWall(long offsetMillis) {
        wallOffsetMillis = offsetMillis;
    }

    void sleep() {
        advance();
        asleep = true;
    }

    void wake() {
        advance();
        asleep = false;
    }

    void boot() {
        advance();
        boot = 0;
        monotonic = 0;
        asleep = false;
    }
}
