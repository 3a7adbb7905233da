package dev.berth.controller.simulation;

/** What a process takes for the time: the wall clock at its start, carried on by the monotonic clock, so it never jumps. */
record ProcessClock(MachineClock machine, long startWallMillis, long startMonotonicMillis) {
    static ProcessClock of(MachineClock machine) {
        return notBefore(0, machine);
    }

    /** Of a process that knows a time which has been. */
    static ProcessClock notBefore(long millis, MachineClock machine) {
        return new ProcessClock(machine, Math.max(millis, machine.wallMillis()), machine.monotonicMillis());
    }

    long millis() {
        return startWallMillis + machine.monotonicMillis() - startMonotonicMillis;
    }
}
