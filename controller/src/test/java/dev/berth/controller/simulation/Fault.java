package dev.berth.controller.simulation;

import java.util.EnumSet;
import java.util.Set;

/** What can go wrong, and how often at most, in thousandths of the occasions; each seed draws its own share of it. */
enum Fault {
    LOST_REQUEST(200),
    LOST_REPLY(200),
    LOST_HEARTBEAT(300),
    /** A message, and all that come after it on its stream, take up to 15 seconds more; so does a listing. */
    CLOG(60),
    /** A session stream breaks; what is on its way arrives up to some point and no further. Each second, each host. */
    CUT(40),
    /** Each second. */
    CONTROLLER_KILL(15),
    CRASH_BEFORE_COMMIT(12),
    CRASH_AFTER_COMMIT(12),
    /** Between any two replies and effects of a commit. */
    CRASH_WHILE_TELLING(6),
    DISK_FULL(15),
    /** Each second, each host. */
    AGENT_KILL(15),
    /** Before any effect of a step. */
    AGENT_CRASH_AT_EFFECT(12),
    /** By hand, {@code docker rm -f}: each second, each host. Never in a run in which files are lost too. */
    REMOVED_BY_HAND(15),
    /** The agent's file is gone when it comes back. */
    FILE_LOST(150),
    /** Each second, each host. Some come back with a GPU less, or with one that was missing. */
    REBOOT(6),
    /** The container engine does not answer for a while. Each second, each host. */
    ENGINE_DOWN(15),
    STEP_REPLY_LOST(120),
    STEP_REQUEST_LOST(120),
    /** The agent is told "uncertain", and the engine does it within the next half minute. */
    STEP_LATE(100),
    /** A listing lacks one container. Only while the agent's file is whole: both at once is a disaster by hand. */
    LISTING_MISSES(80),
    /** The engine does not tell that a container ended. */
    EVENT_LOST(1000),
    IMAGE_VANISHES(60),
    /** The volumes on a host's disk cannot be listed, while its containers can. */
    VOLUMES_UNLISTED(300),
    /** A step of a copy of a volume does nothing and says so. */
    COPY_STEP_FAILS(120),
    /** A step of a copy is done, or half of it, and is told as failed. */
    COPY_STEP_CUT(100),
    /** A fetch breaks. At each of its parts. */
    FETCH_CUT(150),
    /** A host's disk takes nothing new for a while. Each second, each host. */
    HOST_DISK_FULL(10),
    /** A pod's process ends by itself. Each second, each host. */
    EXIT(40),
    /** Nothing passes between a host and the controller, in one direction or both. Each second, each host. */
    PARTITION(10),
    /** All hosts are cut off at once, as by a switch. Each second. */
    SWITCH_DOWN(3),
    /** SIGSTOP, a long collection, a starved process. Each second, each host. */
    AGENT_PAUSE(8),
    /** The same between two effects of one step, or around a start. */
    AGENT_PAUSE_AT_EFFECT(3),
    /** Each second. */
    CONTROLLER_PAUSE(6),
    /** The whole machine sleeps: its monotonic clock and its containers stand still. Each second, each host. */
    SUSPEND(8),
    /** A wall clock is set, by up to ten years. Each second, each machine. */
    CLOCK_SET(10),
    /** The power of a host fails for long. Each second, each host. */
    POWER_OFF(5);

    /** What makes a controller restart or stand still. */
    static final Set<Fault> OF_CONTROLLER = EnumSet.of(
            CONTROLLER_KILL, CRASH_BEFORE_COMMIT, CRASH_AFTER_COMMIT, CRASH_WHILE_TELLING, DISK_FULL, CONTROLLER_PAUSE);

    final int maxPermille;

    Fault(int maxPermille) {
        this.maxPermille = maxPermille;
    }
}
