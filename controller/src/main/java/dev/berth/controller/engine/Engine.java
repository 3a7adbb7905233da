package dev.berth.controller.engine;

import dev.berth.controller.cluster.Changes;
import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Decision;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.host.PodProgress;
import dev.berth.controller.host.VolumeSightings;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.Timings;
import dev.berth.controller.pod.PodDeadlines;
import dev.berth.controller.scheduling.Outlook;
import dev.berth.controller.scheduling.Scheduler;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The controller's decisions: given the same events in the same order it makes the same records, in any JVM. One event
 * at a time: admit, move, then place what waits, until nothing changes. Pure but for its own memory; called by the
 * loop's thread alone.
 */
public final class Engine {
    private final ClusterState state;
    private final HostLiveness liveness;
    private final Timings timings;
    private final int maxQueuedPods;
    private final long retentionMillis;
    private final PodProgress progress;
    private final VolumeSightings sightings;
    private final Scheduler scheduler = new Scheduler();
    private final Placing placing;
    private final Outlook outlook;
    private final Admission admission;
    private final PodPorts ports = new PodPorts();
    private final Rescues rescues;
    private final PodEdits edits = new PodEdits(scheduler);
    private final HostSessions sessions;
    private final HostReports reports;
    private final VolumeReports volumeReports;
    private final VolumeTrash trash;
    private final Members members = new Members(scheduler);
    private final DeploymentActions deploymentActions = new DeploymentActions(scheduler, members);
    private final Deployments deployments;
    private final PodDeadlines deadlines;
    private final Lifetimes lifetimes;
    private final HostLosses losses;
    private final Drains drains;
    private final FleetMoves fleet;
    private final HostAvoidance avoidance;

    /** One that keeps stopped pods for ever. */
    public Engine(ClusterState state, Timings timings, long startMillis, int maxQueuedPods) {
        this(state, timings, startMillis, maxQueuedPods, 0);
    }

    /**
     * @param startMillis when this controller started; silent hosts count from there
     * @param retentionMillis how long a pod may stay STOPPED; 0 for ever
     */
    public Engine(ClusterState state, Timings timings, long startMillis, int maxQueuedPods, long retentionMillis) {
        this(
                state,
                timings,
                startMillis,
                maxQueuedPods,
                retentionMillis,
                new HostLiveness(timings, startMillis),
                new PodProgress(),
                new VolumeSightings());
    }

    private Engine(
            ClusterState state,
            Timings timings,
            long startMillis,
            int maxQueuedPods,
            long retentionMillis,
            HostLiveness liveness,
            PodProgress progress,
            VolumeSightings sightings) {
        this.state = state;
        this.timings = timings;
        this.maxQueuedPods = maxQueuedPods;
        this.retentionMillis = retentionMillis;
        this.deadlines = new PodDeadlines(retentionMillis);
        this.lifetimes = new Lifetimes(deadlines, state);
        this.liveness = liveness;
        this.progress = progress;
        this.sightings = sightings;
        this.reports = new HostReports(progress, ports);
        this.volumeReports = new VolumeReports(sightings);
        this.trash = new VolumeTrash(liveness, timings, state);
        this.sessions = new HostSessions(liveness);
        this.rescues = new Rescues(liveness, ports, scheduler, sightings);
        this.losses = new HostLosses(liveness);
        this.drains = new Drains(liveness, state);
        this.fleet = new FleetMoves(liveness, losses, drains);
        this.avoidance = new HostAvoidance(state, startMillis);
        this.placing = new Placing(scheduler, liveness, timings, ports);
        this.outlook = new Outlook(state, scheduler);
        this.admission = new Admission(scheduler, placing, maxQueuedPods);
        this.deployments = new Deployments(members, drains, timings, maxQueuedPods);
        deployments.begin(state);
        state.drainChanges();
        // Known to the scheduler from the start, so that it can say what the whole fleet could take.
        state.hosts().forEach(host -> {
            scheduler.update(state, host, liveness.isOpenForPods(host.id(), startMillis));
            liveness.know(host.id(), host.standing().availability() != Availability.MAINTENANCE);
        });
        placing.recover(state);
    }

    /**
     * This engine with the state as it is durable, when what it decided last could not be committed. Hosts stay
     * connected and heard: a full disk is no reason for them to let their leases run out.
     */
    public Engine goneBack(ClusterState durable, long nowMillis) {
        HostLiveness kept = liveness.goneBack(durable.hosts(), nowMillis);
        progress.goneBack();
        Engine engine =
                new Engine(durable, timings, nowMillis, maxQueuedPods, retentionMillis, kept, progress, sightings);
        durable.hosts().forEach(host -> {
            engine.scheduler.imagesOf(host.id(), scheduler.imagesOf(host.id()));
            engine.scheduler.diskFull(host.id(), scheduler.isDiskFull(host.id()));
            engine.trashed(host.id());
        });
        // Hosts are open already, so nobody who waits may count as tried.
        durable.reservations().forEach(reservation -> engine.placing.freed(reservation.hostId()));
        engine.placing.tryAll();
        return engine;
    }

    /** First decision of every start: a new term, and on the first start of all the name of the cluster. */
    public Decision begin(String newClusterId, long nowMillis) {
        Turn turn = new Turn(state, nowMillis);
        String named = state.clusterId().isEmpty() ? newClusterId : "";
        turn.record(new JournalRecord.TermBegan(state.term() + 1, named, nowMillis));
        return settle(turn, Reply.NONE);
    }

    public Decision step(Event event) {
        Turn turn = new Turn(state, event.atMillis());
        return settle(turn, decide(turn, event));
    }

    private Reply decide(Turn turn, Event event) {
        return switch (event) {
            case Event.PodSubmitted e -> admission.submit(turn, e);
            case Event.PodActed e -> {
                Reply reply = e.withoutGpus() ? rescues.run(turn, e) : PodActions.act(turn, e);
                if (reply instanceof Reply.PodReply(Pod pod, var warnings) && e.action() == PodAction.RUN) {
                    placing.take(turn, List.of(pod));
                    placing.serveQueue(turn);
                    yield new Reply.PodReply(turn.pod(pod.id()), warnings);
                }
                yield reply;
            }
            case Event.PodEditAsked e -> edits.edit(turn, e);
            case Event.DeploymentSubmitted e -> deploymentActions.submit(turn, e);
            case Event.DeploymentScaled e -> deploymentActions.scale(turn, e);
            case Event.DeploymentUpdated e -> deploymentActions.update(turn, e);
            case Event.DeploymentEnded e -> deploymentActions.end(turn, e);
            case Event.MemberStopped e -> deploymentActions.stopMember(turn, e);
            case Event.VolumeSubmitted e -> VolumeActions.submit(turn, e);
            case Event.VolumeActed e -> VolumeActions.act(turn, e, scheduler, sightings);
            case Event.HostActed e -> fleet.act(turn, e);
            case Event.HostAvoidAsked e -> avoidance.ask(turn, e);
            case Event.HostDialled e -> sessions.dial(turn, e);
            case Event.HostReported e -> report(turn, e);
            case Event.HostHeard e -> {
                boolean current = sessions.isCurrent(e.hostId(), e.sessionEpoch());
                if (current) {
                    liveness.heard(e.hostId(), e.atMillis());
                }
                yield new Reply.Heard(current);
            }
            case Event.SessionClosed e -> {
                liveness.close(e.hostId(), e.sessionEpoch());
                reindex(turn, e.hostId());
                yield Reply.NONE;
            }
            case Event.Ticked e -> {
                tick(turn);
                yield Reply.NONE;
            }
        };
    }

    private void tick(Turn turn) {
        HostLiveness.Turned now = liveness.tick(turn.nowMillis());
        for (HostId hostId : now.lost()) {
            Host host = state.host(hostId);
            if (host != null) {
                losses.lost(turn, host);
            }
        }
        now.turned().forEach(hostId -> reindex(turn, hostId));
        drains.due(turn);
        trash.due(turn);
        lifetimes.due(turn);
        now.turned().forEach(placing::freed);
        if (avoidance.ended(turn)) {
            placing.tryAll();
        }
        takeIn(turn);
        placing.tick(turn);
        deployments.serve(turn, deployments.due(turn.nowMillis()));
    }

    private Reply report(Turn turn, Event.HostReported event) {
        if (!sessions.isCurrent(event.hostId(), event.sessionEpoch())) {
            return new Reply.Heard(false);
        }
        liveness.heard(event.hostId(), event.atMillis());
        if (event.inventory() != null) {
            HostSessions.inventory(turn, event.hostId(), event.inventory());
        }
        if (event.images() != null) {
            scheduler.imagesOf(event.hostId(), event.images());
        }
        boolean hasRoom = event.diskFull() != null && scheduler.diskFull(event.hostId(), event.diskFull());
        volumeReports.take(turn, event);
        hasRoom |= (event.full() || !event.copies().isEmpty()) && trashed(event.hostId());
        reports.take(turn, event);
        if (event.full()) {
            sessions.sendAll(turn, event.hostId());
            reindex(turn, event.hostId());
            placing.freed(event.hostId());
            takeIn(turn);
            placing.serveQueue(turn);
        } else if (hasRoom) {
            placing.freed(event.hostId());
            placing.serveQueue(turn);
        }
        turn.effect(new Effect.AcknowledgeReport(event.hostId(), event.sessionEpoch(), event.sequence()));
        return new Reply.Heard(true);
    }

    /** Takes in what happened and serves the queue with what came free, until nothing changes any more. */
    private Decision settle(Turn turn, Reply reply) {
        takeIn(turn);
        while (turn.tookIn()) {
            placing.serveQueue(turn);
            // Whatever deployments made has been looked for a place by now.
            members.failUnplaced(turn);
            takeIn(turn);
        }
        return new Decision(turn.records(), asItIs(reply), turn.effects(), turn.changed());
    }

    /**
     * Takes in what the records touched, and what deployments make of it. Always before the queue is served: who is
     * placed or preempted must be chosen by how things are now.
     */
    private void takeIn(Turn turn) {
        for (Changes changes = state.drainChanges(); !changes.isEmpty(); changes = state.drainChanges()) {
            turn.takesIn(changes.pods());
            changes.forgotten().forEach(progress::forget);
            trash.take(state, changes);
            changes.forgotten().forEach(ports::forget);
            changes.capacity().forEach(hostId -> {
                drains.sayWhenEmpty(turn, hostId);
                reindex(turn, hostId);
            });
            NavigableSet<HostId> told = new TreeSet<>(changes.assignments().keySet());
            told.addAll(changes.copies().keySet());
            changes.copies().keySet().forEach(this::trashed);
            for (HostId hostId : told) {
                sessions.sendChanges(
                        turn,
                        hostId,
                        changes.assignments().getOrDefault(hostId, Collections.emptyNavigableSet()),
                        changes.copies().getOrDefault(hostId, Collections.emptyNavigableSet()));
            }
            // Only now: what was sent counts up to the newest revision, and these records make new ones.
            VolumeDuties.take(turn, changes.pods());
            placing.take(turn, changes.pods());
            placing.take(turn, changes.volumes());
            lifetimes.take(turn, changes.pods());
            changes.capacity().forEach(hostId -> placing.check(turn, hostId));
            changes.freed().forEach(placing::freed);
            deployments.serve(turn, changes.deployments());
        }
    }

    /** The deployment that a reply speaks of, with what has followed for it in the same turn. */
    private Reply asItIs(Reply reply) {
        Deployment now =
                reply instanceof Reply.DeploymentReply(var before, var _) ? state.deployment(before.id()) : null;
        return reply instanceof Reply.DeploymentReply(var _, var warnings) && now != null
                ? new Reply.DeploymentReply(now, warnings)
                : reply;
    }

    /** Whether the host's trash leaves more of its disk than before. */
    private boolean trashed(HostId hostId) {
        return scheduler.unusedTrash(state, hostId, sightings.unusedTrashGb(state, hostId));
    }

    private void reindex(Turn turn, HostId hostId) {
        Host host = state.host(hostId);
        if (host != null) {
            scheduler.update(state, host, liveness.isOpenForPods(hostId, turn.nowMillis()));
        }
    }

    public ClusterView cluster() {
        return state;
    }

    public ClusterState state() {
        return state;
    }

    public HostLiveness liveness() {
        return liveness;
    }

    public Outlook outlook() {
        return outlook;
    }

    public PodDeadlines deadlines() {
        return deadlines;
    }

    public PodProgress progress() {
        return progress;
    }

    public VolumeSightings sightings() {
        return sightings;
    }
}
