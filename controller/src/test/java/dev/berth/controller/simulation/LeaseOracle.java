package dev.berth.controller.simulation;

import dev.berth.agent.model.PodKey;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.simulation.Machine.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * In true time: an elastic container outlives the lease of its host by the kill budget at most, and no two attempts at one
 * place of a deployment live at once (INV-04, INV-06). Faults that keep an agent from killing (it is stopped, dead, its
 * engine does not answer, its machine sleeps) are counted, and excuse as much as they took; such overlaps are noted.
 */
final class LeaseOracle {
    /** Kill budget and slack: 30 s and 10 s. */
    private static final long ENOUGH_MILLIS = 40_000;
    /** Less than the lease bound less the lease: before that no replacement is excused. */
    private static final long SOONEST_MILLIS = 58_000;

    private final Timeline timeline;
    private final JournalOracle journal;
    private final SortedMap<PodKey, Living> living = new TreeMap<>();
    private final List<AgentProcess> agents = new ArrayList<>();
    private long lastMillis;
    private int overlaps;

    private record Living(Machine machine, Box box, Pod pod, Membership membership) {}

    LeaseOracle(Timeline timeline, JournalOracle journal) {
        this.timeline = timeline;
        this.journal = journal;
        lastMillis = timeline.nowMillis();
    }

    void watch(List<AgentProcess> all) {
        agents.addAll(all);
    }

    void started(Machine machine, Box box) {
        Pod pod = journal.durable().pod(new PodId(box.key.podId()));
        Membership membership = pod == null ? null : pod.membership();
        Violation.unless(
                pod == null || box.elastic == (membership != null), () -> "INV-06: label of " + box + ", pod " + pod);
        if (pod == null || membership == null) {
            return;
        }
        Living now = new Living(machine, box, pod, membership);
        for (Living other : living.values()) {
            if (other.membership.equals(membership)) {
                overlap(other, now);
            }
        }
        living.put(box.key, now);
    }

    void ended(Box box) {
        living.remove(box.key);
    }

    private boolean isCovered(Machine machine) {
        return machine.clock.bootMillis() <= machine.coveredUntilBootMillis;
    }

    private void overlap(Living older, Living newer) {
        if (older.machine.isAsleep()) {
            // Frozen: it does nothing, and dies when it wakes.
            return;
        }
        if (!isCovered(newer.machine) || isEarlier(newer.pod, older.pod)) {
            // The late end of a start that began within the lease: it is looked at again, and killed, in good time.
            lapse(newer);
            overlaps++;
            return;
        }
        long lapsed = older.box.lapsedMillis;
        long past = timeline.nowMillis() - lapsed;
        Violation.unless(
                lapsed > 0 && past >= SOONEST_MILLIS && able(older) <= ENOUGH_MILLIS,
                () -> "INV-04: " + newer.box + " on " + newer.machine.hostId + " starts while " + older.box
                        + " of the same "
                        + older.membership + " lives on " + older.machine.hostId + ", its lease "
                        + (lapsed == 0 ? "holds" : "ended " + past + " ms ago, of which its agent had " + able(older)));
        overlaps++;
    }

    private static boolean isEarlier(Pod one, Pod other) {
        return one.times().createdMillis() < other.times().createdMillis();
    }

    private void lapse(Living one) {
        one.box.lapsedMillis = timeline.nowMillis();
        one.box.hardshipAtLapseMillis = one.machine.hardshipMillis;
    }

    /** How long its agent could have killed it since the lease ended. */
    private long able(Living one) {
        long hardship = one.machine.hardshipMillis - one.box.hardshipAtLapseMillis;
        return timeline.nowMillis() - one.box.lapsedMillis - hardship;
    }

    /** After every event; the time since the last one passed as it was then. */
    void check() {
        long now = timeline.nowMillis();
        for (Living one : living.values()) {
            if (one.box.lapsedMillis == 0 && !isCovered(one.machine)) {
                lapse(one);
            } else if (one.box.lapsedMillis > 0 && isRenewed(one)) {
                one.box.lapsedMillis = 0;
            } else if (one.box.lapsedMillis > 0) {
                Violation.unless(
                        able(one) <= ENOUGH_MILLIS,
                        () -> "INV-06: " + one.box + " on " + one.machine.hostId + " has outlived its lease by "
                                + (now - one.box.lapsedMillis) + " ms, of which its agent had " + able(one));
            }
        }
    }

    /** Its agent lost its file, so it cannot know that a lease ended; where nobody took its place, the next one is as good. */
    private boolean isRenewed(Living one) {
        return one.box.signalForgotten && isCovered(one.machine) && journal.wants(one.machine.hostId, one.box.key);
    }

    /** Before every event: what was so since the last one. */
    void pass() {
        long now = timeline.nowMillis();
        for (AgentProcess agent : agents) {
            if (!agent.isAble()) {
                agent.machine().hardshipMillis += now - lastMillis;
            }
        }
        lastMillis = now;
        for (AgentProcess agent : agents) {
            Machine machine = agent.machine();
            if (!machine.lease.holds(machine.bootId(), machine.clock.bootMillis())) {
                machine.boxes.values().forEach(box -> box.lapsedForAgent = true);
            }
        }
    }

    /** Attempts that lived beside a later one because faults had kept their agents from killing them. */
    int overlaps() {
        return overlaps;
    }
}
