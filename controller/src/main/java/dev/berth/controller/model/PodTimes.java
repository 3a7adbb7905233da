package dev.berth.controller.model;

/** Milliseconds since 1970 of a pod's milestones; 0 where one was not reached. */
public record PodTimes(long createdMillis, long firstRunningMillis, long runningMillis, long endedMillis) {
    public static PodTimes created(long atMillis) {
        return new PodTimes(atMillis, 0, 0, 0);
    }

    public PodTimes running(long atMillis) {
        return new PodTimes(createdMillis, firstRunningMillis == 0 ? atMillis : firstRunningMillis, atMillis, 0);
    }

    public PodTimes ended(long atMillis) {
        return new PodTimes(createdMillis, firstRunningMillis, runningMillis, atMillis);
    }
}
