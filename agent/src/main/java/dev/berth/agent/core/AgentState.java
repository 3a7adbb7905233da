package dev.berth.agent.core;

import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engine's whole state, shared by its parts. No part keeps state of its own. */
final class AgentState {
    final SortedMap<PodKey, PodWork> pods = new TreeMap<>();
    final SortedMap<VolumeKey, CopyWork> copies = new TreeMap<>();
    final String bootId;
    /** The machine was booted since the state was saved: exit codes that the engine tells now prove nothing. */
    final boolean rebooted;
    /** As saved; saved on until every container of before the boot has been looked at, and what came of it is saved too. */
    private final String formerBootId;
    /** The GPUs of this host are real: those of a pod that ended are tested before its end is told. */
    final boolean testsUnits;
    /** The host's inventory is another than the one that was reported last. */
    boolean inventoryChanged;

    /** As saved. */
    Lease lease;
    /** At the last look at the clock. True at first, so that a process that starts without a lease sees one end. */
    boolean leaseHeld = true;
    /** Factor of the session, and until there is one of the saved lease. */
    double timeScale;
    /** Both clocks at the last event: the one that stands still while the machine sleeps, and the one that does not. */
    long nowMillis;

    long bootMillis;

    Membership membership;
    long revision;

    /** 0: no session. */
    long sessionEpoch;

    /** The full report of this session is sent; only then do partial ones follow. */
    boolean reportedFully;

    long sequence;
    long reportedRevision;
    /** A full set was received in this session; deltas before that are an error. */
    boolean sessionHasFullSet;
    /** A full set was received since this agent started; before that nothing is changed on the host. */
    boolean authorised;
    /** All containers of the host have been listed, and every one in doubt has been asked for. */
    boolean settled;

    final Listing containers = new Listing();
    /** Mounts and copies. Until it is known pods are looked at and stopped, and nothing else. */
    final Listing volumes = new Listing();

    long changes;

    boolean stateDirty;
    boolean membershipDirty;

    AgentState(SavedState saved, Lease lease, Membership membership, String bootId, boolean testsUnits) {
        this.testsUnits = testsUnits;
        this.bootId = bootId;
        this.lease = lease.bootId().equals(bootId) ? lease : Lease.none(bootId);
        timeScale = lease.timeScale();
        this.membership = membership;
        revision = saved.revision();
        formerBootId = saved.bootId();
        rebooted = !formerBootId.equals(bootId);
        for (SavedPod pod : saved.pods()) {
            pods.put(pod.assignment().key(), PodWork.of(pod, rebooted, testsUnits));
        }
        saved.volumes().forEach(order -> copyOf(order.key()).ordered(order));
    }

    PodWork workOf(PodKey key) {
        return pods.computeIfAbsent(key, made -> new PodWork(made, testsUnits));
    }

    SavedState toSave() {
        List<SavedPod> saved = new ArrayList<>();
        for (PodWork work : pods.values()) {
            SavedPod pod = work.toSave();
            if (pod != null) {
                saved.add(pod);
            }
        }
        List<VolumeOrder> orders = copies.values().stream()
                .flatMap(copy -> Stream.ofNullable(copy.order))
                .toList();
        return new SavedState(revision, settled ? bootId : formerBootId, saved, orders);
    }

    CopyWork copyOf(VolumeKey key) {
        return copies.computeIfAbsent(key, CopyWork::new);
    }

    /** Forgets copies of which nothing is left and nothing is wanted, once the controller has been told. */
    void dropIdleCopies() {
        copies.values()
                .removeIf(copy -> copy.order == null
                        && copy.found == null
                        && copy.inFlight == null
                        && !copy.inDoubt
                        && (copy.reported == null || copy.reported.condition() == CopyCondition.ABSENT));
    }

    /** The placement that still has a unit of this one, or is an older incarnation of its pod; null: the way is free. */
    @Nullable
    PodKey blockerOf(PodWork work) {
        if (work.assignment == null) {
            return null;
        }
        for (PodWork other : pods.values()) {
            if (other == work) {
                continue;
            }
            boolean held = other.heldUnits().stream().anyMatch(work.assignment.unitIds()::contains);
            boolean untested =
                    other.unitsLeft() && other.gpuUnits().stream().anyMatch(work.assignment.unitIds()::contains);
            if (held || untested || isOlderLeft(other, work)) {
                return other.key;
            }
        }
        return null;
    }

    /** Whether something of an older incarnation of its pod is left here. */
    boolean hasOlderLeft(PodWork work) {
        return pods.values().stream().anyMatch(other -> isOlderLeft(other, work));
    }

    private static boolean isOlderLeft(PodWork other, PodWork work) {
        return other.key.podId().equals(work.key.podId())
                && other.key.incarnation() < work.key.incarnation()
                && (other.knowledge != Knowledge.ABSENT || other.inFlight != null || other.anythingLeft());
    }

    /** Its GPUs but for those that another one may be using by now: what is on them is not of this one. */
    List<String> unitsToTest(PodWork work) {
        SortedSet<String> units = work.gpuUnits();
        pods.values().stream().filter(other -> other != work).forEach(other -> units.removeAll(other.heldUnits()));
        return List.copyOf(units);
    }
}
