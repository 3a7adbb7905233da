package dev.berth.controller.simulation;

import java.util.Set;

/** Bugs that are put in on purpose, each of a kind that someone has shipped, to prove that the checks turn red. */
enum Mutant {
    NONE,
    /** The controller answers, then commits. */
    ANSWERS_BEFORE_COMMIT,
    /** The store says "durable" of a batch whose last record a crash still takes away. */
    LOSES_LAST_RECORD,
    /** A retry is taken for a new request. */
    FORGETS_REQUEST_KEYS,
    /** The agent calls a pod ended as soon as it was asked to stop it, so its units are given away while it runs. */
    RELEASES_UNITS_AT_STOP_REQUEST,
    /** A stop that ran into its time limit is taken for done. */
    TAKES_STOP_TIMEOUT_FOR_STOPPED,
    /** An engine that does not answer is taken for one without containers. */
    TAKES_SILENCE_FOR_EMPTY,
    /** The agent starts with an empty file and makes anew whatever stands in the way. */
    FORGETS_AND_STARTS_AGAIN,
    /** The agent kills what its file does not name before it has heard the controller. */
    KILLS_UNKNOWN_AT_ONCE,
    /** A change is lost in the middle of a session that goes on. */
    DROPS_A_REPORT,
    /** Containers get one unit more than they were granted. */
    GRANTS_ONE_UNIT_MORE,
    /** The lease counts from when the acknowledgement came in. */
    LEASE_FROM_RECEIPT,
    /** An agent that starts takes a fresh lease. */
    LEASE_ANEW_AT_START,
    /** A start is told as done whatever became of the lease meanwhile. */
    NO_LOOK_AFTER_START,
    /** The lease counts on a clock that stands still while the machine sleeps. */
    MONOTONIC_FOR_BOOTTIME,
    /** The controller counts the time in which it was stopped itself as silence of the hosts. */
    NO_STALL_DETECTION,
    /** Hosts are lost right after a start of the controller. */
    NO_FAILOVER_GRACE,
    /** A lost host's pods are replaced when its lease ends, and not when it surely has. */
    REPLACES_TOO_SOON,
    /** An end without evidence is told as code 255. */
    UNKNOWN_EXIT_IS_255,
    /** A fetch that broke off is taken for the whole volume. */
    ADOPTS_A_CUT_FETCH,
    /** The end of a pod is told, and its copy given away, before what it wrote last is on the disk. */
    TELLS_END_BEFORE_SYNC,
    /** Copies that the agent's file does not name are deleted. */
    DELETES_UNKNOWN_COPIES,
    /** Copies that the controller's whole set does not name are deleted. */
    DELETES_ON_ABSENCE,
    /** A fetched copy is mounted as soon as it is there, whether or not the controller lets it count. */
    MOUNTS_BEFORE_THE_MOVE_COUNTS;

    /** Without which it shows so seldom that no number of seeds would do. */
    Set<Fault> broughtOutBy() {
        return switch (this) {
            case NO_LOOK_AFTER_START -> Set.of(Fault.AGENT_PAUSE_AT_EFFECT);
            case MONOTONIC_FOR_BOOTTIME -> Set.of(Fault.SUSPEND);
            case NO_STALL_DETECTION -> Set.of(Fault.CONTROLLER_PAUSE);
            case ADOPTS_A_CUT_FETCH -> Set.of(Fault.FETCH_CUT);
            case NONE,
                    ANSWERS_BEFORE_COMMIT,
                    LOSES_LAST_RECORD,
                    FORGETS_REQUEST_KEYS,
                    RELEASES_UNITS_AT_STOP_REQUEST,
                    TAKES_STOP_TIMEOUT_FOR_STOPPED,
                    TAKES_SILENCE_FOR_EMPTY,
                    FORGETS_AND_STARTS_AGAIN,
                    KILLS_UNKNOWN_AT_ONCE,
                    DROPS_A_REPORT,
                    GRANTS_ONE_UNIT_MORE,
                    LEASE_FROM_RECEIPT,
                    LEASE_ANEW_AT_START,
                    NO_FAILOVER_GRACE,
                    REPLACES_TOO_SOON,
                    UNKNOWN_EXIT_IS_255,
                    TELLS_END_BEFORE_SYNC,
                    DELETES_UNKNOWN_COPIES,
                    DELETES_ON_ABSENCE,
                    MOUNTS_BEFORE_THE_MOVE_COUNTS -> Set.of();
        };
    }
}
