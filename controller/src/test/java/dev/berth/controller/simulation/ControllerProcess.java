package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEvent;
import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Decision;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.engine.Engine;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.store.Store;
import dev.berth.controller.store.StoreFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A controller around its real core: many events a turn, one commit, then replies and effects, as the loop does it. Dies
 * before the commit, after it, or between any two things it tells; comes back by replay or from a snapshot.
 */
final class ControllerProcess {
    static final int MAX_QUEUED_PODS = 12;
    private static final long FULL_PAUSE_MILLIS = 1_000;
    private static final String NAME = "controller";

    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final Store store;
    private final JournalOracle journal;
    private final FleetOracle fleet;
    private final Mutant mutant;
    private final MachineClock machineClock;
    private final Gate gate;
    private final Timings timings;
    private final List<Waiting> inbox = new ArrayList<>();
    private final List<Waiting> parked = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final SortedMap<SessionKey, Session> sessions = new TreeMap<>();
    private @Nullable Engine engine;
    private int life;
    private boolean turnPlanned;
    private long fullUntilMillis;
    private ProcessClock clock;
    private long lastCommitMillis;

    /** How a heartbeat is answered. */
    record Heard(boolean current, long leaseMillis) {}

    private record Waiting(Event event, Consumer<Reply> answer) {}

    private record Session(Consumer<AgentEvent> toAgent, Connection connection) {}

    private record SessionKey(HostId hostId, long epoch) implements Comparable<SessionKey> {
        @Override
        public int compareTo(SessionKey other) {
            int byHost = hostId.compareTo(other.hostId);
            return byHost != 0 ? byHost : Long.compare(epoch, other.epoch);
        }
    }

    ControllerProcess(
            Timeline timeline,
            Chance chance,
            Trace trace,
            Store store,
            JournalOracle journal,
            FleetOracle fleet,
            Mutant mutant) {
        this.timeline = timeline;
        machineClock = new MachineClock(timeline, 1 + chance.between(-50, 50) / 10_000.0);
        clock = ProcessClock.of(machineClock);
        gate = new Gate(timeline);
        timings = Mutations.timings(mutant);
        this.chance = chance;
        this.trace = trace;
        this.store = store;
        this.journal = journal;
        this.fleet = fleet;
        this.mutant = mutant;
    }

    boolean isUp() {
        return engine != null;
    }

    int life() {
        return life;
    }

    /** As its process sees it. */
    long nowMillis() {
        return clock.millis();
    }

    Timings timings() {
        return timings;
    }

    void setWall(long offsetMillis) {
        machineClock.setWall(offsetMillis);
    }

    void stopFor(long millis) {
        if (engine != null) {
            trace.add(NAME, "is stopped for " + millis + " ms");
            gate.close(millis);
        }
    }

    void goOn() {
        gate.open();
    }

    private void enter(Runnable action) {
        int now = life;
        gate.pass(() -> {
            if (life == now) {
                action.run();
            }
        });
    }

    @Nullable
    Engine engine() {
        return engine;
    }

    void start() {
        fullUntilMillis = 0;
        ClusterState state = store.recover().replay();
        clock = ProcessClock.notBefore(state.latestMillis(), machineClock);
        journal.recovered(state);
        Engine started = new Engine(state, timings, nowMillis(), MAX_QUEUED_PODS);
        lastCommitMillis = nowMillis();
        long firstVersion = state.version() + 1;
        Decision begun = started.begin("simulatedcluster", nowMillis());
        trace.add(NAME, "starts at version " + firstVersion + ": " + begun.records());
        try {
            store.append(firstVersion, begun.records());
        } catch (StoreFullException e) {
            life++;
            timeline.after(chance.between(100, 2_000), this::start);
            return;
        }
        journal.committed(state, begun.records(), List.of(begun));
        engine = started;
        fleet.controllerStarted();
        tickLater(life);
    }

    void kill(String why) {
        if (engine == null) {
            return;
        }
        trace.add(NAME, "dies: " + why);
        engine = null;
        life++;
        gate.reset();
        inbox.clear();
        parked.clear();
        turnPlanned = false;
        sessions.clear();
        List.copyOf(connections).forEach(Connection::cut);
        connections.clear();
        timeline.after(chance.between(200, chance.isQuiet() ? 200 : 20_000), this::start);
    }

    /** What is submitted to a dead controller is never answered; the event is made when it is read, with the time of then. */
    void submit(Supplier<Event> event, Consumer<Reply> answer) {
        if (engine != null) {
            enter(() -> accept(event.get(), answer));
        }
    }

    private void accept(Event event, Consumer<Reply> answer) {
        inbox.add(new Waiting(event, answer));
        if (!turnPlanned) {
            turnPlanned = true;
            int now = life;
            timeline.after(chance.between(0, 5), () -> {
                if (life == now) {
                    enter(this::turn);
                }
            });
        }
    }

    /** {@code report} makes the event with the time at which it is read. */
    void report(LongFunction<Event> report) {
        submit(() -> report.apply(nowMillis()), reply -> {});
    }

    /** A lease is given only while the store is known to take commits. */
    void heard(HostId hostId, long epoch, Consumer<Heard> answer) {
        submit(() -> new Event.HostHeard(hostId, epoch, nowMillis()), reply -> {
            boolean current = reply instanceof Reply.Heard(boolean yes) && yes;
            boolean proven = nowMillis() - lastCommitMillis < timings.storeProofMillis();
            answer.accept(new Heard(current, current && proven ? timings.leaseMillis() : 0));
        });
    }

    void connected(Connection connection) {
        connections.removeIf(Connection::isCut);
        connections.add(connection);
    }

    void attach(HostId hostId, long epoch, Consumer<AgentEvent> toAgent, Connection connection) {
        sessions.put(new SessionKey(hostId, epoch), new Session(toAgent, connection));
    }

    void welcome(HostId hostId, long epoch) {
        Session session = sessions.get(new SessionKey(hostId, epoch));
        if (session != null && engine != null) {
            session.toAgent.accept(new AgentEvent.SessionOpened(
                    engine.cluster().clusterId(), engine.cluster().term(), epoch));
        }
    }

    void detach(HostId hostId, long epoch) {
        sessions.remove(new SessionKey(hostId, epoch));
    }

    private void tickLater(int ofLife) {
        timeline.after(1_000, () -> {
            if (life == ofLife) {
                enter(() -> {
                    accept(new Event.Ticked(nowMillis()), reply -> {});
                    tickLater(ofLife);
                });
            }
        });
    }

    private void turn() {
        turnPlanned = false;
        Engine running = engine;
        if (running == null) {
            return;
        }
        List<Waiting> batch = List.copyOf(inbox);
        inbox.clear();
        if (nowMillis() < fullUntilMillis) {
            batch.forEach(this::putOff);
            return;
        }
        batch = new ArrayList<>(batch);
        batch.addAll(0, parked);
        parked.clear();
        List<Decision> decisions = new ArrayList<>();
        List<JournalRecord> records = new ArrayList<>();
        long firstVersion = running.cluster().version() + 1;
        for (Waiting waiting : batch) {
            Decision decision = running.step(Mutations.of(mutant, running, waiting.event));
            note(waiting.event, decision.reply());
            trace.add(NAME, waiting.event);
            trace.add(NAME, "  -> " + decision.records() + " " + decision.reply() + " " + decision.effects());
            decisions.add(decision);
            records.addAll(decision.records());
        }
        if (mutant == Mutant.ANSWERS_BEFORE_COMMIT) {
            tell(batch, decisions);
        }
        if (engine != null
                && commit(running, firstVersion, batch, records, decisions)
                && mutant != Mutant.ANSWERS_BEFORE_COMMIT) {
            tell(batch, decisions);
        }
    }

    private void note(Event event, Reply reply) {
        boolean current = reply instanceof Reply.Heard(boolean yes) && yes;
        if (event instanceof Event.HostHeard heard && current) {
            fleet.heard(heard.hostId());
        } else if (event instanceof Event.HostReported report && current) {
            fleet.heard(report.hostId());
        } else if (event instanceof Event.Ticked) {
            fleet.ticked();
        }
    }

    private boolean commit(
            Engine running,
            long firstVersion,
            List<Waiting> batch,
            List<JournalRecord> records,
            List<Decision> decisions) {
        if (chance.strikes(Fault.CRASH_BEFORE_COMMIT)) {
            kill("before the commit of " + records.size() + " records");
            return false;
        }
        if (records.isEmpty()) {
            return true;
        }
        try {
            store.append(firstVersion, records);
        } catch (StoreFullException e) {
            goBack(batch);
            return false;
        }
        lastCommitMillis = nowMillis();
        journal.committed(running.state(), records, decisions);
        if (chance.below(40) == 0) {
            saveSnapshot(running.state());
        }
        if (chance.strikes(Fault.CRASH_AFTER_COMMIT)) {
            kill("after the commit of " + records.size() + " records");
            return false;
        }
        return true;
    }

    private void saveSnapshot(ClusterState state) {
        try {
            store.saveSnapshot(state.snapshot());
        } catch (StoreFullException e) {
            trace.add(NAME, "no room for a snapshot");
        }
    }

    private void tell(List<Waiting> batch, List<Decision> decisions) {
        int now = life;
        for (int i = 0; i < decisions.size() && life == now; i++) {
            for (Effect effect : decisions.get(i).effects()) {
                if (chance.strikes(Fault.CRASH_WHILE_TELLING)) {
                    kill("before telling " + effect);
                    return;
                }
                deliver(effect);
            }
            batch.get(i).answer.accept(decisions.get(i).reply());
        }
    }

    private void deliver(Effect effect) {
        SessionKey key = new SessionKey(effect.hostId(), effect.sessionEpoch());
        Session session = sessions.get(key);
        if (session == null) {
            return;
        }
        switch (effect) {
            case Effect.SendDesired send -> session.toAgent.accept(Words.desired(send, life));
            case Effect.AcknowledgeReport ack ->
                session.toAgent.accept(new AgentEvent.ReportAcked(ack.sessionEpoch(), ack.sequence()));
            case Effect.EndSession end -> session.connection.cut();
        }
    }

    /** Nothing of the batch is durable: forget it by making the state anew from what is. */
    private void goBack(List<Waiting> batch) {
        trace.add(NAME, "the disk is full");
        fullUntilMillis = nowMillis() + FULL_PAUSE_MILLIS;
        ClusterState state = store.recover().replay();
        journal.recovered(state);
        Engine now = Objects.requireNonNull(engine).goneBack(state, nowMillis());
        engine = now;
        List.copyOf(sessions.entrySet()).forEach(entry -> {
            HostLiveness.Session kept = now.liveness().session(entry.getKey().hostId);
            if (kept == null || kept.epoch() != entry.getKey().epoch) {
                entry.getValue().connection.cut();
            }
        });
        batch.forEach(this::putOff);
    }

    /** While the disk is full reports wait, and what is soft goes on. */
    private void putOff(Waiting waiting) {
        Engine now = Objects.requireNonNull(engine);
        if (waiting.event instanceof Event.HostHeard || waiting.event instanceof Event.SessionClosed) {
            Decision soft = now.step(waiting.event);
            note(waiting.event, soft.reply());
            Violation.unless(soft.records().isEmpty(), () -> "INV-11: a soft event makes " + soft.records());
            waiting.answer.accept(soft.reply());
        } else if (waiting.event instanceof Event.HostReported) {
            parked.add(waiting);
        } else {
            waiting.answer.accept(diskFull());
        }
    }

    private static Reply diskFull() {
        return Reply.refused(Reply.Kind.RESOURCE_EXHAUSTED, "the disk is full; nothing was changed");
    }
}
