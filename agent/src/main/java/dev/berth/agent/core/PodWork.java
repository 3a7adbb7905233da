package dev.berth.agent.core;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.VolumeKind;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the engine holds about one placement: what is wanted, what is known of its container, the step under
 * way, the marks that outlive a restart. Written by {@link AgentEngine} and its {@link StepResults} alone.
 */
final class PodWork {
    final PodKey key;
    final StepLog log = new StepLog();

    /** Null: a container that no assignment names. */
    @Nullable
    Assignment assignment;
    /** In the controller's set. False: counted by {@link #missingSets}, and left alone until two full sets lack it. */
    boolean assigned;

    boolean superseded;
    int missingSets;
    long missingEpoch;
    long missingRevision;
    long missingSinceMillis;

    Knowledge knowledge = Knowledge.UNKNOWN;
    /** The last that the system log says of it. */
    Knowledge told = Knowledge.ABSENT;

    String containerId = "";
    List<String> labelledUnits = List.of();
    boolean labelledElastic;
    boolean inspected;
    /** A create of this process ended well, so what was made is as planned. Any other is created once more, which
     * finds it by its name and looks it over, before it may start. */
    boolean vetted;

    boolean imageReady;
    int pullPercent = -1;

    @Nullable
    PodStep inFlight;

    boolean cancelled;
    /** The engine said that it died while a step was under way. */
    boolean recheck;
    /** Number of the engine's change at which its last step began or ended; a listing asked before that is stale. */
    long stamp;

    int attempts;
    long retryAtMillis;
    String trouble = "";

    Mounts mounts = Mounts.UNKNOWN;
    /** Of its last mount. */
    List<String> warnings = List.of();
    /** Soft: of the container that runs. */
    List<Integer> readyPorts = List.of();

    boolean ran;
    /** Whether its GPUs are real, and are tested after its end. */
    final boolean testsUnits;
    /** Its GPUs have been tested since its container ended. */
    boolean cleared;

    boolean stopIssued;
    /** Wrote more than its container disk may hold: it is stopped, and does not start again. */
    boolean overDisk;
    /** Restart for which its container is stopped, or was. */
    int restartsBegun;
    /** Restart after which it was seen running. */
    int restartsDone;
    /** Its end for the restart that is under way has been seen: what runs after it is new. */
    boolean restartEnded;
    /** The lease of the host ended while it was to run: it never starts again, and what was alive of it is stopped. */
    boolean fenced;
    /** SIGKILL at the latest, on the boot-time clock; past when it was fenced by a former process. */
    long killByBootMillis;
    /** Dates from before the machine's last boot: the engine's exit code for it is invented. */
    boolean fromFormerBoot;

    @Nullable
    Failure failure;

    @Nullable
    Exit exit;

    Phase phase = Phase.ACCEPTED;

    @Nullable
    ObservedPod reported;
    /** Sequence of the report that said GONE; 0: not reported in this session. */
    long goneSequence;

    boolean goneAcked;

    PodWork(PodKey key, boolean testsUnits) {
        this.key = key;
        this.testsUnits = testsUnits;
    }

    static PodWork of(SavedPod saved, boolean rebooted, boolean testsUnits) {
        PodWork work = new PodWork(saved.assignment().key(), testsUnits);
        work.cleared = saved.cleared();
        work.assignment = saved.assignment();
        work.assigned = true;
        work.fromFormerBoot = rebooted;
        work.ran = saved.ran();
        work.stopIssued = saved.stopIssued();
        work.superseded = saved.superseded();
        work.fenced = saved.fenced();
        work.overDisk = saved.overDisk();
        work.restartsBegun = saved.restartsBegun();
        work.restartsDone = saved.restartsDone();
        work.failure = saved.failure();
        work.exit = saved.exit();
        return work;
    }

    @Nullable
    SavedPod toSave() {
        Assignment wanted = assignment;
        return wanted == null
                ? null
                : new SavedPod(
                        wanted,
                        ran,
                        stopIssued,
                        superseded,
                        fenced,
                        overDisk,
                        restartsBegun,
                        restartsDone,
                        cleared,
                        failure,
                        exit);
    }

    /** What is to be reached; null: leave it alone. */
    @Nullable
    Goal goal() {
        if (superseded) {
            return Goal.REMOVE;
        }
        if (!assigned) {
            return missingSets >= 2 ? Goal.REMOVE : null;
        }
        return assignment == null ? null : assignment.goal();
    }

    /** Whether it may run only while the host holds a lease: as assigned, of a container of nobody as labelled. */
    boolean elastic() {
        return assignment == null ? labelledElastic : assignment.elastic();
    }

    /** Whether anything of it is or may be mounted, or is just being mounted. */
    boolean mountsLeft() {
        return mounts != Mounts.NONE || inFlight == PodStep.MOUNT;
    }

    /** Whether something of its container may be left on its GPUs. */
    boolean unitsLeft() {
        return testsUnits && ran && !cleared && !gpuUnits().isEmpty();
    }

    /** Whether something besides its container is or may be left of it. */
    boolean anythingLeft() {
        return mountsLeft() || unitsLeft();
    }

    /** By assignment and by label. */
    SortedSet<String> gpuUnits() {
        SortedSet<String> units = new TreeSet<>(labelledUnits);
        if (assignment != null) {
            units.addAll(assignment.unitIds());
        }
        units.removeIf(CpuUnits::isCpuUnit);
        return units;
    }

    boolean mountsAny() {
        return assignment != null && !assignment.volumes().isEmpty();
    }

    /** Volumes with file systems of their own, which the kernel shows as mounts. */
    boolean mountsOwnVolumes() {
        return assignment != null
                && assignment.volumes().stream().anyMatch(mount -> mount.kind() != VolumeKind.NETWORK);
    }

    /** Whether the running container is to be stopped so as to be started anew. */
    boolean restartDue() {
        return assignment != null && goal() == Goal.RUN && assignment.restarts() > restartsDone;
    }

    /** Whether an end of its container is only half of a restart. */
    boolean restartUnderWay() {
        return restartsBegun > restartsDone
                && !fromFormerBoot
                && !fenced
                && !overDisk
                && exit == null
                && failure == null
                && goal() == Goal.RUN;
    }

    /**
     * Whether a request to start the container again may still be on its way, of which no answer came: it would be carried
     * out on an ended container too, so that only its removal proves the end.
     */
    boolean startInDoubt() {
        return restartsBegun > 0 && !restartUnderWay() && knowledge != Knowledge.ABSENT;
    }

    /** Whether a process of it is just being started, for the first time or again. */
    boolean isStarting() {
        return inFlight == PodStep.START || inFlight == PodStep.START_AGAIN;
    }

    /** Units that its container may be using at this moment, by assignment and by label; through a restart all of it. */
    SortedSet<String> heldUnits() {
        SortedSet<String> units = new TreeSet<>();
        if (knowledge.mayBeAlive() || inFlight == PodStep.CREATE || isStarting() || restartUnderWay()) {
            units.addAll(labelledUnits);
            if (assignment != null) {
                units.addAll(assignment.unitIds());
            }
        }
        return units;
    }

    /** Takes in what the container is; true when a mark that must be kept has changed. */
    boolean observe(@Nullable FoundContainer found) {
        inspected = true;
        if (found == null) {
            knowledge = Knowledge.ABSENT;
            containerId = "";
            vetted = false;
            return ran && keepExit(fromFormerBoot ? Exit.WITHOUT_EVIDENCE.booted() : Exit.WITHOUT_EVIDENCE);
        }
        vetted = vetted && containerId.equals(found.containerId());
        containerId = found.containerId();
        labelledUnits = found.unitIds();
        labelledElastic = found.elastic();
        knowledge = switch (found.status()) {
            case CREATED -> Knowledge.CREATED;
            case RUNNING -> Knowledge.RUNNING;
            case EXITED -> Knowledge.EXITED;
        };
        cleared = cleared && knowledge != Knowledge.RUNNING;
        boolean first = !ran && knowledge != Knowledge.CREATED;
        ran = ran || first;
        if (found.status() != ContainerStatus.EXITED) {
            fromFormerBoot = fromFormerBoot && found.status() == ContainerStatus.CREATED;
            return restarted(first) || first;
        }
        readyPorts = List.of();
        if (restartUnderWay()) {
            if (!restartEnded && mounts == Mounts.MADE) {
                mounts = Mounts.FOUND;
            }
            restartEnded = true;
            return first;
        }
        Exit seen = found.exit() == null ? Exit.WITHOUT_EVIDENCE : found.exit();
        return keepExit(fromFormerBoot ? seen.booted() : seen) || first;
    }

    /** Takes in that it runs; true when that ends a restart. */
    private boolean restarted(boolean first) {
        int before = restartsDone;
        if (knowledge == Knowledge.RUNNING && first && assignment != null) {
            // The first start serves all restarts that were asked for by then.
            restartsBegun = assignment.restarts();
            restartsDone = assignment.restarts();
        } else if (knowledge == Knowledge.RUNNING && restartEnded) {
            restartsDone = restartsBegun;
        }
        restartEnded = restartEnded && knowledge != Knowledge.RUNNING;
        return restartsDone != before;
    }

    private boolean keepExit(Exit seen) {
        if (exit != null) {
            return false;
        }
        // A code that our own signal made is no evidence of the process's own end.
        if (overDisk) {
            exit = seen.withoutCode().overDisk();
        } else {
            exit = fenced && stopIssued
                    ? seen.withoutCode()
                    : seen.requested(stopIssued || restartsBegun > restartsDone);
        }
        return true;
    }

    /** What was seen is in doubt, and is known again only when the engine has been asked for its name. */
    void doubt() {
        if (knowledge != Knowledge.ABSENT) {
            knowledge = Knowledge.UNKNOWN;
        }
    }
}
