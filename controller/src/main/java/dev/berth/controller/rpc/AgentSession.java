package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.HostChannel;
import dev.berth.controller.model.HostId;
import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.ControllerMessage;
import dev.berth.proto.agent.v1.ReportAck;
import dev.berth.proto.agent.v1.Welcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of one agent: Hello, then reports, each taken in before the next is asked for. What the agent says comes
 * on network threads, what it is told on the loop's; a host that does not read is cut off and dials anew rather than be
 * waited for.
 */
final class AgentSession implements StreamObserver<AgentMessage>, HostChannel {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);
    private static final int MAX_UNSENT = 1_000;
    private static final long MAX_UNSENT_BYTES = 64L << 20;

    private final ControllerLoop loop;
    private final InstantSource clock;
    private final Assignments assignments;
    private final ServerCallStreamObserver<ControllerMessage> call;
    private final Queue<ControllerMessage> unsent = new ArrayDeque<>();
    private long unsentBytes;
    private boolean ended;
    private @Nullable Accepted accepted;
    private long lastSequence;

    private record Accepted(HostId hostId, String name, String region, long epoch) {}

    AgentSession(
            ControllerLoop loop,
            InstantSource clock,
            Assignments assignments,
            ServerCallStreamObserver<ControllerMessage> call) {
        this.loop = loop;
        this.clock = clock;
        this.assignments = assignments;
        this.call = call;
        call.disableAutoRequest();
        call.setOnReadyHandler(this::flush);
        call.setOnCancelHandler(() -> left("connection lost"));
        call.request(1);
    }

    @Override
    public void onNext(AgentMessage message) {
        try {
            switch (message.getKindCase()) {
                case HELLO -> hello(AgentRequests.hello(message.getHello(), clock.millis()));
                case REPORT -> report(message);
                case KIND_NOT_SET -> throw Violations.one("kind", "must be hello or report");
            }
        } catch (StatusRuntimeException e) {
            end(e);
        }
    }

    private void hello(Event.HostDialled event) {
        synchronized (this) {
            if (accepted != null) {
                throw Violations.one("hello", "must be the first message and no other");
            }
        }
        var answer = loop.submit(event)
                .thenCompose(reply -> loop.query(reader -> new Welcomed(
                        reply, reader.cluster().clusterId(), reader.cluster().term(), reader.leaseMillis())));
        Answers.whenDone(answer, (welcomed, failure) -> {
            if (welcomed != null) {
                welcome(event, welcomed);
            } else if (failure != null) {
                end(Refusals.of(failure));
            }
        });
    }

    private record Welcomed(Reply reply, String clusterId, long term, long leaseMillis) {}

    private void welcome(Event.HostDialled event, Welcomed welcomed) {
        switch (welcomed.reply) {
            case Reply.SessionAccepted(long epoch) -> {
                if (!accept(new Accepted(
                        event.hostId(),
                        event.hello().name(),
                        event.hello().place().region(),
                        epoch))) {
                    return;
                }
                loop.dispatcher().attach(event.hostId(), epoch, this);
                LOG.info("Host {} opened session {}", event.hello().name(), epoch);
                tell(ControllerMessage.newBuilder()
                        .setWelcome(Welcome.newBuilder()
                                .setClusterId(welcomed.clusterId)
                                .setTerm(welcomed.term)
                                .setSessionEpoch(epoch)
                                .setHeartbeatMillis((int) loop.timings().heartbeatMillis())
                                .setLeaseMillis((int) welcomed.leaseMillis)
                                .setTimeScale(loop.timings().scale()))
                        .build());
                call.request(1);
            }
            case Reply.Refused refused -> end(Refusals.of(refused));
            case Reply.None none -> end(unexpected(none));
            case Reply.PodReply reply -> end(unexpected(reply));
            case Reply.DeploymentReply reply -> end(unexpected(reply));
            case Reply.HostReply reply -> end(unexpected(reply));
            case Reply.VolumeReply reply -> end(unexpected(reply));
            case Reply.AvoidReply reply -> end(unexpected(reply));
            case Reply.Heard heard -> end(unexpected(heard));
        }
    }

    private synchronized boolean accept(Accepted now) {
        if (ended) {
            tellClosed(now);
            return false;
        }
        accepted = now;
        return true;
    }

    private void report(AgentMessage message) {
        Accepted session;
        synchronized (this) {
            session = accepted;
        }
        if (session == null) {
            throw Violations.one("kind", "must be hello in the first message");
        }
        Event.HostReported event =
                AgentRequests.report(message.getReport(), session.hostId, session.epoch, lastSequence, clock.millis());
        lastSequence = event.sequence();
        Answers.whenDone(loop.submit(event), (reply, failure) -> {
            if (failure != null) {
                end(Refusals.of(failure));
            } else if (reply instanceof Reply.Heard(boolean current) && current) {
                call.request(1);
            } else {
                end(superseded());
            }
        });
    }

    static StatusRuntimeException superseded() {
        return Refusals.status(Status.ABORTED, "the session was superseded by a newer one of the host; dial anew.");
    }

    @Override
    public void send(Effect effect) {
        Accepted session;
        synchronized (this) {
            session = accepted;
        }
        if (session == null) {
            return;
        }
        switch (effect) {
            case Effect.SendDesired desired ->
                tell(ControllerMessage.newBuilder()
                        .setDesired(assignments.desired(desired, session.region))
                        .build());
            case Effect.AcknowledgeReport report ->
                tell(ControllerMessage.newBuilder()
                        .setReportAck(ReportAck.newBuilder().setSequence(report.sequence()))
                        .build());
            case Effect.EndSession over -> end(Refusals.status(Status.ABORTED, over.why()));
        }
    }

    private synchronized void tell(ControllerMessage message) {
        if (ended) {
            return;
        }
        if (unsent.isEmpty() && call.isReady()) {
            call.onNext(message);
            return;
        }
        unsent.add(message);
        unsentBytes += message.getSerializedSize();
        if (unsent.size() > MAX_UNSENT || unsentBytes > MAX_UNSENT_BYTES) {
            end(Refusals.status(
                    Status.ABORTED, "the host did not read " + unsent.size() + " messages in a row; dial anew."));
        }
    }

    private synchronized void flush() {
        while (!ended && !unsent.isEmpty() && call.isReady()) {
            ControllerMessage message = unsent.remove();
            unsentBytes -= message.getSerializedSize();
            call.onNext(message);
        }
    }

    private void end(StatusRuntimeException why) {
        if (close(why.getStatus().getDescription())) {
            call.onError(why);
        }
    }

    @Override
    public void onError(Throwable failure) {
        left("connection lost");
    }

    @Override
    public void onCompleted() {
        if (close("the agent ended it")) {
            call.onCompleted();
        }
    }

    private void left(String why) {
        close(why);
    }

    /** False when it was closed before. */
    private boolean close(@Nullable String why) {
        Accepted session;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            unsent.clear();
            session = accepted;
        }
        if (session != null) {
            LOG.info("Session {} of host {} ended: {}", session.epoch, session.name, why);
            loop.dispatcher().detach(session.hostId, session.epoch);
            tellClosed(session);
        }
        return true;
    }

    /** Soft state: where the loop takes no more, the host's silence will tell the same. */
    private void tellClosed(Accepted session) {
        var _ = loop.submit(new Event.SessionClosed(session.hostId, session.epoch, clock.millis()));
    }

    private static StatusRuntimeException unexpected(Reply reply) {
        return Refusals.of(new IllegalStateException("An agent was answered by " + reply));
    }
}
