package dev.berth.agent.core;

import dev.berth.agent.core.AgentEffect.CancelStep;
import dev.berth.agent.core.AgentEffect.EndSession;
import dev.berth.agent.core.AgentEffect.SaveMembership;
import dev.berth.agent.core.AgentEffect.SaveState;
import dev.berth.agent.core.AgentEffect.SendReport;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.RunningPod;
import dev.berth.agent.model.SavedState;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What an agent decides: takes one event at a time and answers with effects, in the order in which they are to be done.
 * Pure and deterministic; called by the agent's loop on its one thread, and by the simulation. Level-triggered: after
 * every event each placement is led on from what is wanted and what is known of it.
 */
public final class AgentEngine {
    private final AgentState state;
    private final DesiredSet desired;
    private final Copies copies;
    private final StepResults results;
    private final Listings listings;
    private final LeaseWatch leases;

    /** For the state that was saved, or an empty one where it could not be read: then the labels tell what is there. */
    public AgentEngine(SavedState saved, Lease lease, Membership membership, String bootId) {
        this(saved, lease, membership, bootId, false);
    }

    /** @param testsUnits whether the GPUs of a pod that ended are to be tested before its end is told */
    public AgentEngine(SavedState saved, Lease lease, Membership membership, String bootId, boolean testsUnits) {
        state = new AgentState(saved, lease, membership, bootId, testsUnits);
        desired = new DesiredSet(state);
        copies = new Copies(state);
        results = new StepResults(state, copies);
        listings = new Listings(state, copies);
        leases = new LeaseWatch(state);
    }

    /**
     * Takes an event. Neither clock runs backwards within one process.
     *
     * @param nowMillis wall-clock time that never jumps, and may stand still while the machine sleeps
     * @param bootMillis the boot-time clock, which does not
     */
    public List<AgentEffect> step(AgentEvent event, long nowMillis, long bootMillis) {
        List<AgentEffect> effects = new ArrayList<>();
        state.nowMillis = nowMillis;
        String leaseEnded = leases.look(bootMillis);
        if (leaseEnded != null) {
            end(leaseEnded, effects);
        }
        take(event, nowMillis, effects);
        leases.look(bootMillis);
        settle();
        desired.dropGone().forEach(key -> effects.add(new AgentEffect.Forget(key)));
        listings.ask(nowMillis, effects);
        for (PodWork work : state.pods.values()) {
            advance(work, nowMillis, effects);
        }
        copies.advance(nowMillis, effects);
        doubtOrphans(nowMillis, effects);
        report(effects);
        if (state.stateDirty) {
            state.stateDirty = false;
            effects.addFirst(new SaveState(state.toSave()));
        }
        if (state.membershipDirty) {
            state.membershipDirty = false;
            effects.addFirst(new SaveMembership(state.membership));
        }
        return effects;
    }

    /** When a Tick is wanted at the latest. */
    public long nextWakeMillis() {
        long next = Math.min(state.containers.wakeMillis(), state.volumes.wakeMillis());
        next = Math.min(next, Math.min(leases.endMillis(), copies.nextWakeMillis()));
        for (PodWork work : state.pods.values()) {
            if (work.inFlight == null && work.retryAtMillis > 0) {
                next = Math.min(next, work.retryAtMillis);
            }
            if (isOrphan(work) && state.sessionEpoch != 0 && state.sessionHasFullSet) {
                next = Math.min(next, work.missingSinceMillis + Listings.PERIOD_MILLIS);
            }
        }
        return next;
    }

    /** Whether all that may run without the controller's word has been looked at, and what may not is dead. */
    public boolean mayDial() {
        return state.containers.known && !leases.anyOverdue();
    }

    /**
     * Whether the boot-time clock is to be looked at every now and then whatever {@link #nextWakeMillis} says: a timer
     * stands still while the machine sleeps.
     */
    public boolean watchesLease() {
        return leases.concernsAny();
    }

    /** Of the session, or of the saved lease. */
    public double timeScale() {
        return state.timeScale;
    }

    /** Stops of what the lease does not cover any more, for a loop that cannot go on: in no step of the engine. */
    public List<StartStep> overdueStops(long bootMillis) {
        state.bootMillis = Math.max(state.bootMillis, bootMillis);
        return state.pods.values().stream()
                .filter(leases::isOverdue)
                .map(this::stopOf)
                .toList();
    }

    public Membership membership() {
        return state.membership;
    }

    public long appliedRevision() {
        return state.revision;
    }

    /** 0 without a session. */
    public long sessionEpoch() {
        return state.sessionEpoch;
    }

    /** What would be reported of every placement now. */
    public List<ObservedPod> observed() {
        return state.pods.values().stream()
                .map(work -> PodView.of(work, state.hasOlderLeft(work)))
                .toList();
    }

    /** The containers that run as they shall, for those who look after them. */
    public List<RunningPod> running() {
        List<RunningPod> running = new ArrayList<>();
        for (PodWork work : state.pods.values()) {
            Assignment assignment = work.assignment;
            if (assignment != null && work.knowledge == Knowledge.RUNNING && work.inFlight == null) {
                running.add(
                        new RunningPod(work.key, work.containerId, assignment.ports(), assignment.containerDiskGb()));
            }
        }
        return running;
    }

    /** Units that containers may be using, by the placement that has them. */
    public SortedMap<PodKey, SortedSet<String>> heldUnits() {
        SortedMap<PodKey, SortedSet<String>> held = new TreeMap<>();
        state.pods.forEach((key, work) -> held.put(key, work.heldUnits()));
        return held;
    }

    private void take(AgentEvent event, long nowMillis, List<AgentEffect> effects) {
        switch (event) {
            case AgentEvent.SessionOpened opened -> open(opened, effects);
            case AgentEvent.SessionClosed closed -> {
                if (closed.epoch() == state.sessionEpoch) {
                    state.sessionEpoch = 0;
                }
            }
            case AgentEvent.DesiredReceived set -> {
                if (set.epoch() == state.sessionEpoch && state.sessionEpoch != 0) {
                    String refusal = desired.take(set, nowMillis);
                    if (refusal != null) {
                        end(refusal, effects);
                    }
                }
            }
            case AgentEvent.LeaseGranted granted -> leases.granted(granted, effects);
            case AgentEvent.LeaseSaved saved -> leases.saved(saved.lease());
            case AgentEvent.ReportAcked acked -> acked(acked);
            case AgentEvent.StepFinished finished -> results.take(finished, nowMillis);
            case AgentEvent.PullProgress progress -> results.progress(progress.key(), progress.percent(), nowMillis);
            case AgentEvent.ContainersListed listed -> listings.take(listed, nowMillis);
            case AgentEvent.VolumesListed listed -> listings.take(listed, nowMillis);
            case AgentEvent.ListingFailed failed -> listings.failed(failed.token(), nowMillis);
            case AgentEvent.EventsMissed missed -> state.containers.askBy(nowMillis);
            case AgentEvent.ContainerDied died -> results.died(died.key());
            case AgentEvent.CopyStepFinished finished -> copies.take(finished, nowMillis);
            case AgentEvent.FetchProgress progress -> copies.progress(progress.key(), progress.percent());
            case AgentEvent.PortsAnswer answer -> results.portsAnswer(answer);
            case AgentEvent.DiskExceeded exceeded -> results.diskExceeded(exceeded, nowMillis);
            case AgentEvent.InventoryChanged changed -> state.inventoryChanged = true;
            case AgentEvent.Tick tick -> {}
        }
    }

    private void open(AgentEvent.SessionOpened opened, List<AgentEffect> effects) {
        Membership member = state.membership;
        state.sessionEpoch = opened.epoch();
        state.timeScale = opened.timeScale() > 0 ? opened.timeScale() : 1;
        state.sequence = 0;
        state.reportedFully = false;
        state.sessionHasFullSet = false;
        state.pods.values().forEach(work -> work.goneSequence = 0);
        if (!member.clusterId().isEmpty() && !member.clusterId().equals(opened.clusterId())) {
            end(
                    "this host belongs to cluster " + member.clusterId() + ", the controller to " + opened.clusterId(),
                    effects);
        } else if (opened.term() < member.highestTerm()) {
            end("the controller's term " + opened.term() + " is older than " + member.highestTerm(), effects);
        } else if (opened.term() > member.highestTerm() || member.clusterId().isEmpty()) {
            state.membership = new Membership(member.hostId(), opened.clusterId(), opened.term());
            state.membershipDirty = true;
        }
    }

    private void end(String reason, List<AgentEffect> effects) {
        effects.add(new EndSession(state.sessionEpoch, reason));
        state.sessionEpoch = 0;
    }

    private void acked(AgentEvent.ReportAcked acked) {
        if (acked.epoch() != state.sessionEpoch) {
            return;
        }
        for (PodWork work : state.pods.values()) {
            if (work.goneSequence > 0 && work.goneSequence <= acked.sequence()) {
                work.goneAcked = true;
            }
        }
    }

    private void settle() {
        if (!state.settled && state.containers.known) {
            state.settled = state.pods.values().stream()
                    .allMatch(work -> work.inspected || work.knowledge != Knowledge.UNKNOWN);
            state.stateDirty |= state.settled && state.rebooted;
        }
    }

    private void advance(PodWork work, long nowMillis, List<AgentEffect> effects) {
        boolean takesLong = work.inFlight == PodStep.PULL || work.inFlight == PodStep.MOUNT;
        if (takesLong && (work.fenced || work.goal() != Goal.RUN) && !work.cancelled) {
            work.cancelled = true;
            effects.add(new CancelStep(work.key));
        }
        if (!state.containers.known || nowMillis < work.retryAtMillis) {
            return;
        }
        work.retryAtMillis = 0;
        PodKey blocker = work.goal() == Goal.RUN ? state.blockerOf(work) : null;
        String waits = copies.waitsFor(work);
        PodStep step = PodPlan.next(
                work,
                new PodPlan.May(state.settled && state.authorised, blocker != null, state.leaseHeld, waits == null));
        if (blocker != null && work.inFlight == null && !work.ran) {
            work.trouble = "waits until nothing of pod " + blocker + " is left on its units";
        }
        boolean isWaiting = waits != null && step == null && work.inFlight == null && work.goal() == Goal.RUN;
        if (isWaiting && waits != null && blocker == null && work.imageReady && !work.ran && work.failure == null) {
            work.trouble = waits;
        }
        if (step == null && work.elastic() && !state.leaseHeld && work.knowledge == Knowledge.CREATED) {
            work.trouble = LeaseWatch.WAITS;
        }
        if (step != null) {
            begin(work, step, nowMillis, effects);
        }
    }

    private void begin(PodWork work, PodStep step, long nowMillis, List<AgentEffect> effects) {
        work.inFlight = step;
        work.stamp = ++state.changes;
        switch (step) {
            case PULL -> work.pullPercent = -1;
            case STOP -> {
                if (work.restartDue() && !work.fenced && !work.overDisk && work.assignment != null) {
                    work.restartsBegun = work.assignment.restarts();
                    state.stateDirty = true;
                    work.log.add(nowMillis, "stopping the container so as to start it anew");
                } else {
                    state.stateDirty |= !work.stopIssued;
                    work.stopIssued = true;
                    work.log.add(nowMillis, "stopping the container");
                }
                work.readyPorts = List.of();
            }
            case MOUNT, CREATE, START, START_AGAIN, UNMOUNT, CLEAR, REMOVE, INSPECT -> {}
        }
        effects.add(
                switch (step) {
                    case STOP -> stopOf(work);
                    case MOUNT ->
                        new StartStep(
                                work.key, step, work.containerId, work.assignment, copies.ordersFor(work, effects));
                    case CLEAR ->
                        new StartStep(
                                work.key, step, work.containerId, work.assignment, List.of(), state.unitsToTest(work));
                    case PULL, CREATE, START, START_AGAIN, UNMOUNT, REMOVE, INSPECT ->
                        new StartStep(work.key, step, work.containerId, work.assignment);
                });
    }

    private StartStep stopOf(PodWork work) {
        Assignment wanted = work.assignment;
        Assignment asked =
                wanted == null ? null : wanted.withGraceMillis(leases.graceMillis(work, wanted.graceMillis()));
        return new StartStep(work.key, PodStep.STOP, work.containerId, asked);
    }

    private static boolean isOrphan(PodWork work) {
        return !work.assigned
                && !work.superseded
                && work.missingSets < 2
                && (work.knowledge != Knowledge.ABSENT || work.anythingLeft());
    }

    /** In no assignment, and no second full set in sight: a new session brings one. */
    private void doubtOrphans(long nowMillis, List<AgentEffect> effects) {
        if (state.sessionEpoch == 0 || !state.sessionHasFullSet) {
            return;
        }
        long due = state.pods.values().stream()
                .filter(work -> isOrphan(work) && nowMillis >= work.missingSinceMillis + Listings.PERIOD_MILLIS)
                .count();
        if (due > 0) {
            end("asks for the full set again: " + due + " containers are in no assignment", effects);
        }
    }

    private void report(List<AgentEffect> effects) {
        if (state.sessionEpoch == 0 || !state.settled || !state.volumes.known) {
            return;
        }
        boolean full = !state.reportedFully;
        List<ObservedPod> pods = new ArrayList<>();
        for (PodWork work : state.pods.values()) {
            ObservedPod now = PodView.of(work, state.hasOlderLeft(work));
            work.phase = now.phase();
            if (full || !now.equals(work.reported)) {
                pods.add(now);
                work.reported = now;
                if (now.phase() == Phase.GONE && work.goneSequence == 0) {
                    work.goneSequence = state.sequence + 1;
                }
            }
        }
        List<ObservedCopy> told = copies.toReport(full);
        boolean news = !pods.isEmpty() || !told.isEmpty() || state.inventoryChanged;
        if (full || news || state.reportedRevision != state.revision) {
            state.inventoryChanged = false;
            state.reportedRevision = state.revision;
            state.reportedFully = true;
            effects.add(new SendReport(state.sessionEpoch, ++state.sequence, full, pods, state.revision, told));
        }
    }
}
