package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect;
import dev.berth.agent.core.AgentEvent;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
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
    private @Nullable Connection connection;
    private long epoch;
    private int tries;
    private int missed;
    private long lastDialMillis;

    AgentLink(Timeline timeline, Chance chance, Trace trace, AgentProcess agent, ControllerProcess controller) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.agent = agent;
        this.controller = controller;
    }

    long lastDialMillis() {
        return lastDialMillis;
    }

    void cut() {
        if (connection != null) {
            connection.cut();
        }
    }

    void dialSoon() {
        int life = agent.life();
        long bound = Math.min(8_000, (long) (500 * Math.pow(1.6, tries++)));
        timeline.after(chance.between(1, bound), () -> {
            if (agent.life() == life && connection == null) {
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
                timeline, chance, () -> lost(made[0], life, "the stream broke"), session::learnsOfTheEnd);
        made[0] = dialled;
        connection = dialled;
        epoch = 0;
        missed = 0;
        Event.Hello hello = agent.hello();
        dialled.toController(() -> session.open(dialled, hello, event -> received(dialled, life, event)));
        timeline.after(WELCOME_LIMIT_MILLIS, () -> {
            if (connection == dialled && epoch == 0) {
                lost(dialled, life, "no welcome");
            }
        });
    }

    private void received(Connection from, int life, AgentEvent event) {
        if (agent.life() != life || connection != from) {
            return;
        }
        if (event instanceof AgentEvent.SessionOpened opened) {
            epoch = opened.epoch();
            tries = 0;
            heartbeatSoon(from, life);
        }
        agent.step(event);
    }

    void send(AgentEffect.SendReport report, boolean stoppingIsEnded) {
        Connection open = connection;
        if (open == null || report.epoch() != epoch) {
            return;
        }
        List<ObservedPod> pods = report.pods().stream()
                .map(Words::observed)
                .map(pod -> stoppingIsEnded && pod.phase() == ObservedPod.Phase.STOPPING ? ended(pod) : pod)
                .toList();
        long current = epoch;
        open.toController(
                () -> controller.report(agent.machine().hostId, current, report.sequence(), report.full(), pods));
    }

    private static ObservedPod ended(ObservedPod pod) {
        return new ObservedPod(
                pod.podId(),
                pod.incarnation(),
                ObservedPod.Phase.ENDED,
                pod.failure(),
                pod.message(),
                new ObservedPod.Exit(0, false, true),
                pod.steps());
    }

    private void heartbeatSoon(Connection of, int life) {
        timeline.after(HEARTBEAT_MILLIS + chance.between(-500, 500), () -> {
            if (agent.life() == life && connection == of) {
                heartbeat(of, life);
                heartbeatSoon(of, life);
            }
        });
    }

    private void heartbeat(Connection of, int life) {
        long current = epoch;
        boolean[] answered = new boolean[1];
        if (!chance.strikes(Fault.LOST_HEARTBEAT)) {
            timeline.after(
                    chance.between(1, 20),
                    () -> controller.submit(
                            new Event.HostHeard(agent.machine().hostId, current, timeline.nowMillis()),
                            reply -> timeline.after(chance.between(1, 20), () -> {
                                answered[0] = reply instanceof Reply.Heard;
                                heard(of, life, reply);
                            })));
        }
        timeline.after(HEARTBEAT_LIMIT_MILLIS, () -> {
            if (!answered[0] && agent.life() == life && connection == of && ++missed >= 2) {
                lost(of, life, "two heartbeats are lost");
            }
        });
    }

    private void heard(Connection of, int life, Reply reply) {
        if (agent.life() != life || connection != of) {
            return;
        }
        switch (reply) {
            case Reply.Heard(boolean current) when current -> missed = 0;
            case Reply.Heard ended -> lost(of, life, "the controller says that the session is over");
            case Reply.Refused refused -> {}
            case Reply.None none -> {}
            case Reply.PodReply pod -> {}
            case Reply.DeploymentReply deployment -> {}
            case Reply.HostReply host -> {}
            case Reply.AvoidReply avoid -> {}
            case Reply.SessionAccepted accepted -> {}
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
