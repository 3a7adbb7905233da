package dev.berth.controller.model;

/**
 * Milliseconds since 1970 of a pod's milestones; 0 where one was not reached. {@code stoppedMillis} is when it became
 * STOPPED last, and stays when it runs again.
 */
public record PodTimes(
        long createdMillis, long firstRunningMillis, long runningMillis, long stoppedMillis, long endedMillis) {
    public static PodTimes created(long atMillis) {
        return new PodTimes(atMillis, 0, 0, 0, 0);
    }

    public PodTimes running(long atMillis) {
        return new PodTimes(
                createdMillis, firstRunningMillis == 0 ? atMillis : firstRunningMillis, atMillis, stoppedMillis, 0);
    }

    public PodTimes stopped(long atMillis) {
        return new PodTimes(createdMillis, firstRunningMillis, runningMillis, atMillis, endedMillis);
    }

    public PodTimes ended(long atMillis) {
        return new PodTimes(createdMillis, firstRunningMillis, runningMillis, stoppedMillis, atMillis);
    }
}
