package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.DesiredReceived;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes the controller's set of assignments and of orders for copies into the state: revisions only rise, a delta fits its base or the session
 * ends, a higher incarnation replaces a lower one, and what the set lacks is counted before it is touched.
 */
final class DesiredSet {
    private final AgentState state;

    DesiredSet(AgentState state) {
        this.state = state;
    }

    /** Why the session is to be ended, or null. */
    @Nullable
    String take(DesiredReceived desired, long nowMillis) {
        if (desired.full()) {
            takeFull(desired, nowMillis);
            return null;
        }
        if (desired.revision() <= state.revision) {
            return null;
        }
        if (!state.sessionHasFullSet) {
            return "a delta came before the full set of the session";
        }
        if (desired.baseRevision() != state.revision) {
            return "a delta on revision " + desired.baseRevision() + " does not fit revision " + state.revision;
        }
        order(desired.volumes());
        desired.withdrawnCopies().forEach(this::withdraw);
        state.dropIdleCopies();
        desired.assignments().forEach(this::upsert);
        desired.withdrawnPodIds().forEach(podId -> withdraw(podId, nowMillis));
        advance(desired.revision());
        return null;
    }

    private void takeFull(DesiredReceived desired, long nowMillis) {
        if (desired.revision() < state.revision) {
            return;
        }
        Set<VolumeKey> ordered = new TreeSet<>();
        desired.volumes().forEach(order -> ordered.add(order.key()));
        state.copies.keySet().stream().filter(key -> !ordered.contains(key)).forEach(this::withdraw);
        order(desired.volumes());
        state.dropIdleCopies();
        desired.assignments().forEach(this::upsert);
        if (desired.revision() > state.revision) {
            advance(desired.revision());
        }
        state.sessionHasFullSet = true;
        state.authorised = true;
        countMissing(desired, nowMillis);
    }

    /** A full set of an unchanged revision may bring other tickets: those of a controller that was started anew. */
    private void order(List<VolumeOrder> orders) {
        for (VolumeOrder order : orders) {
            CopyWork copy = state.copyOf(order.key());
            state.stateDirty |= !order.equals(copy.order);
            copy.ordered(order);
        }
    }

    /** The copy is left as it is. */
    private void withdraw(VolumeKey key) {
        CopyWork copy = state.copies.get(key);
        if (copy != null && copy.order != null) {
            copy.order = null;
            copy.trouble = "";
            state.stateDirty = true;
        }
    }

    private void advance(long revision) {
        state.revision = revision;
        state.stateDirty = true;
    }

    private void upsert(Assignment wanted) {
        List<PodWork> ofPod = state.pods.values().stream()
                .filter(work -> work.key.podId().equals(wanted.podId()))
                .toList();
        boolean older = ofPod.stream()
                .anyMatch(work -> work.assignment != null && work.key.incarnation() > wanted.incarnation());
        if (older) {
            return;
        }
        boolean known = state.pods.containsKey(wanted.key());
        PodWork work = state.workOf(wanted.key());
        if (!known) {
            work.knowledge = state.containers.known ? Knowledge.ABSENT : work.knowledge;
            work.mounts = state.volumes.known ? Mounts.NONE : work.mounts;
        }
        Assignment before = work.assignment;
        if (before == null && work.knowledge == Knowledge.RUNNING) {
            // Nobody remembers how often it was restarted; it is not done once more for that.
            work.restartsBegun = wanted.restarts();
            work.restartsDone = wanted.restarts();
        }
        work.assignment = before == null ? wanted : goingOn(before, wanted);
        work.assigned = true;
        work.missingSets = 0;
        for (PodWork other : ofPod) {
            if (other.key.incarnation() < wanted.incarnation()) {
                other.superseded = true;
            }
        }
    }

    /**
     * A placement keeps the volumes that it began with: by its end they are no longer the pod's, and are not named any
     * more, while they may still be mounted here, or just be made.
     */
    private static Assignment goingOn(Assignment before, Assignment wanted) {
        Assignment now = wanted.withGoal(further(before.goal(), wanted.goal()));
        return before.volumes().isEmpty() ? now : now.withVolumes(before.volumes());
    }

    /** Within one incarnation a goal only goes on: what was stopped runs again as a new incarnation. */
    private static Goal further(Goal before, Goal wanted) {
        return wanted.compareTo(before) > 0 ? wanted : before;
    }

    private void withdraw(String podId, long nowMillis) {
        for (PodWork work : state.pods.values()) {
            if (work.key.podId().equals(podId) && work.assigned) {
                work.assigned = false;
                work.missingSets = 0;
                work.missingSinceMillis = nowMillis;
            }
        }
    }

    private void countMissing(DesiredReceived desired, long nowMillis) {
        Set<PodKey> wanted = new TreeSet<>();
        desired.assignments().forEach(assignment -> wanted.add(assignment.key()));
        for (PodWork work : state.pods.values()) {
            if (wanted.contains(work.key) || work.superseded) {
                continue;
            }
            work.assigned = false;
            if (work.missingEpoch == desired.epoch() && work.missingRevision == desired.revision()) {
                continue;
            }
            work.missingSets++;
            work.missingEpoch = desired.epoch();
            work.missingRevision = desired.revision();
            work.missingSinceMillis = nowMillis;
        }
    }

    /** Forgets placements of which nothing is left, once the controller knows it or no longer names them. */
    List<PodKey> dropGone() {
        List<PodKey> dropped = new ArrayList<>();
        Iterator<PodWork> all = state.pods.values().iterator();
        while (all.hasNext()) {
            PodWork work = all.next();
            boolean nothingLeft = work.knowledge == Knowledge.ABSENT && work.inFlight == null && !work.anythingLeft();
            boolean unnamed = !work.assigned || work.superseded;
            ObservedPod reported = work.reported;
            boolean told = work.goneAcked || reported == null || (!work.superseded && reported.phase() == Phase.GONE);
            if (nothingLeft && unnamed && told) {
                all.remove();
                dropped.add(work.key);
                state.stateDirty = state.stateDirty || work.assignment != null;
            }
        }
        return dropped;
    }
}
