package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect;
import dev.berth.agent.core.AgentEvent;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.cluster.ObservedPod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agent's end of the session: dials, backs off, sends heartbeats beside the stream, hangs up when two are lost. */
final class AgentLink {
    private static final long HEARTBEAT_MILLIS = 5_000;
    private static final long HEARTBEAT_LIMIT_MILLIS = 4_000;
    private static final long WELCOME_LIMIT_MILLIS = 10_000;

    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final AgentProcess agent;
    private final ControllerProcess controller;
    private final Wire wire;
    private final Mutant mutant;
    private @Nullable Connection connection;
    private long epoch;
    private long term;
    private int tries;
    private int missed;
    private long lastDialMillis;

    AgentLink(
            Timeline timeline,
            Chance chance,
            Trace trace,
            AgentProcess agent,
            ControllerProcess controller,
            Wire wire,
            Mutant mutant) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.agent = agent;
        this.controller = controller;
        this.wire = wire;
        this.mutant = mutant;
    }

    long epoch() {
        return epoch;
    }

    long lastDialMillis() {
        return lastDialMillis;
    }

    void cut() {
        if (connection != null) {
            connection.cut();
        }
    }

    Wire wire() {
        return wire;
    }

    void dialSoon() {
        long bound = Math.min(8_000, (long) (500 * Math.pow(1.6, tries++)));
        agent.after(chance.between(1, bound), () -> {
            if (connection == null) {
                dial();
            }
        });
    }

    private void dial() {
        int life = agent.life();
        lastDialMillis = timeline.sinceStartMillis();
        trace.add(agent.machine().hostId.value(), "dials");
        ControllerSession session = new ControllerSession(controller, agent.machine().hostId);
        Connection[] made = new Connection[1];
        Connection dialled = new Connection(
                timeline,
                chance,
                wire,
                () -> {
                    if (agent.life() == life) {
                        agent.enter(() -> lost(made[0], life, "the stream broke"));
                    }
                },
                session::learnsOfTheEnd);
        made[0] = dialled;
        connection = dialled;
        epoch = 0;
        missed = 0;
        Event.Hello hello = agent.hello();
        if (wire.isBlockedFor(WELCOME_LIMIT_MILLIS)) {
            trace.add(agent.machine().hostId.value(), "nobody answers");
        } else {
            dialled.toController(() -> session.open(dialled, hello, event -> received(dialled, life, event)));
        }
        agent.after(WELCOME_LIMIT_MILLIS, () -> {
            if (connection == dialled && epoch == 0) {
                lost(dialled, life, "no welcome");
            }
        });
    }

    private void received(Connection from, int life, AgentEvent event) {
        if (agent.life() == life) {
            agent.enter(() -> take(from, life, event));
        }
    }

    private void take(Connection from, int life, AgentEvent event) {
        if (connection != from) {
            return;
        }
        if (event instanceof AgentEvent.SessionOpened opened) {
            epoch = opened.epoch();
            term = opened.term();
            tries = 0;
        }
        agent.step(event);
        if (event instanceof AgentEvent.SessionOpened) {
            heartbeat(from, life);
        }
    }

    void send(AgentEffect.SendReport report) {
        Connection open = connection;
        if (open == null || report.epoch() != epoch) {
            return;
        }
        List<ObservedPod> pods = report.pods().stream()
                .map(Words::observed)
                .map(pod -> mutated(pod))
                .toList();
        List<ObservedCopy> copies =
                report.copies().stream().map(VolumeWords::observed).toList();
        long current = epoch;
        open.toController(() -> controller.report(at -> new Event.HostReported(
                agent.machine().hostId,
                current,
                report.sequence(),
                report.full(),
                report.appliedRevision(),
                pods,
                copies,
                null,
                null,
                at)));
    }

    private ObservedPod mutated(ObservedPod pod) {
        boolean stopping = pod.phase() == ObservedPod.Phase.STOPPING;
        if (mutant == Mutant.RELEASES_UNITS_AT_STOP_REQUEST && stopping) {
            return ended(pod, new ObservedPod.Exit(0, false, true));
        }
        ObservedPod.Exit exit = pod.exit();
        boolean unknown = pod.phase() == ObservedPod.Phase.ENDED && exit != null && exit.code() == null;
        return mutant == Mutant.UNKNOWN_EXIT_IS_255 && unknown
                ? ended(pod, new ObservedPod.Exit(255, false, false))
                : pod;
    }

    private static ObservedPod ended(ObservedPod pod, ObservedPod.Exit exit) {
        return new ObservedPod(
                pod.podId(),
                pod.incarnation(),
                ObservedPod.Phase.ENDED,
                pod.failure(),
                pod.message(),
                exit,
                pod.steps());
    }

    /** Sends one and plans the next; its acknowledgement is the lease, counted from before the sending. */
    private void heartbeat(Connection of, int life) {
        agent.after(HEARTBEAT_MILLIS + chance.between(-500, 500), () -> {
            if (connection == of) {
                heartbeat(of, life);
            }
        });
        long current = epoch;
        long sentBootMillis = agent.machine().clock.bootMillis();
        long sentCounted = agent.bootMillis();
        int boot = agent.machine().boots();
        boolean[] over = new boolean[1];
        if (!chance.strikes(Fault.LOST_HEARTBEAT)) {
            timeline.at(
                    wire.arrivalMillis(Wire.Direction.TO_CONTROLLER),
                    () -> controller.heard(agent.machine().hostId, current, heard -> {
                        timeline.at(wire.arrivalMillis(Wire.Direction.TO_AGENT), () -> {
                            if (agent.life() == life) {
                                agent.enter(() -> {
                                    if (over[0] || connection != of) {
                                        return;
                                    }
                                    over[0] = true;
                                    agent.machine().covered(boot, sentBootMillis, heard.leaseMillis());
                                    acknowledged(of, life, heard, sentCounted);
                                });
                            }
                        });
                    }));
        }
        agent.after(HEARTBEAT_LIMIT_MILLIS, () -> {
            if (!over[0]) {
                over[0] = true;
                if (connection == of && ++missed >= 2) {
                    lost(of, life, "two heartbeats are lost");
                }
            }
        });
    }

    private void acknowledged(Connection of, int life, ControllerProcess.Heard heard, long sentBootMillis) {
        if (!heard.current()) {
            lost(of, life, "the controller says that the session is over");
            return;
        }
        missed = 0;
        long from = mutant == Mutant.LEASE_FROM_RECEIPT ? agent.bootMillis() : sentBootMillis;
        if (heard.leaseMillis() > 0) {
            agent.step(new AgentEvent.LeaseGranted(epoch, term, from, heard.leaseMillis()));
        }
    }

    private void lost(Connection from, int life, String why) {
        if (agent.life() != life || connection != from) {
            return;
        }
        trace.add(agent.machine().hostId.value(), "session " + epoch + " ends: " + why);
        long ended = epoch;
        from.cut();
        connection = null;
        epoch = 0;
        dialSoon();
        if (ended != 0) {
            agent.step(new AgentEvent.SessionClosed(ended));
        }
    }

    /** The core wants the session to end. */
    void hangUp(long ofEpoch, String why) {
        Connection open = connection;
        int life = agent.life();
        if (open != null && ofEpoch == epoch) {
            timeline.after(0, () -> lost(open, life, why));
        }
    }

    void processDied() {
        if (connection != null) {
            connection.cut();
        }
        connection = null;
        epoch = 0;
        tries = 0;
    }
}
