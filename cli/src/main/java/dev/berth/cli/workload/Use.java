package dev.berth.cli.workload;

import java.time.Duration;

/** What a description of a pod is for: some defaults and bounds differ. Pure. */
public enum Use {
    /** A pod of its own. */
    POD(20, Duration.ofMinutes(5), " Required.", "", " The default."),
    /** A change of a pod of its own. */
    EDIT(20, Duration.ofMinutes(5), "", "", " The default."),
    /** The template of a new deployment. */
    TEMPLATE(50, Duration.ofSeconds(20), " Required.", " The default.", ""),
    /** A change of the template of a deployment. */
    CHANGE(50, Duration.ofSeconds(20), "", " The default.", "");

    final int diskGb;
    final Duration longestGrace;
    final String required;
    final String queues;
    final String failsFast;

    Use(int diskGb, Duration longestGrace, String required, String queues, String failsFast) {
        this.diskGb = diskGb;
        this.longestGrace = longestGrace;
        this.required = required;
        this.queues = queues;
        this.failsFast = failsFast;
    }

    /** Of a pod of its own, which has volumes and may wait by itself. */
    boolean isPod() {
        return this == POD || this == EDIT;
    }

    String longestGrace() {
        return longestGrace.toSeconds() + "s";
    }
}
