package dev.berth.agent.link;

import dev.berth.agent.core.AgentEffect.EndSession;
import dev.berth.agent.core.AgentEffect.SendReport;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.loop.BootClock;
import dev.berth.agent.loop.Mailbox;
import dev.berth.agent.loop.ReportSink;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.Membership;
import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.ControllerMessage;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.HeartbeatResponse;
import dev.berth.proto.agent.v1.Hello;
import dev.berth.proto.agent.v1.Images;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.agent.v1.Welcome;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session with the controller: dials, introduces the host, passes what the controller wants to the loop and the
 * loop's reports to the controller, and beats. Everything happens on one thread of its own, so neither a slow disk nor a
 * slow engine ever delays a heartbeat. Two failed heartbeats end the connection.
 */
public final class ControllerLink implements ReportSink, AutoCloseable {
    public static final int PROTOCOL_VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(ControllerLink.class);
    private static final int HEARTBEAT_DEADLINE_MILLIS = 4_000;
    /** Below this a busy machine would look like a lost controller, whatever the time scale. */
    private static final int LEAST_DEADLINE_MILLIS = 500;

    private static final int WELCOME_MILLIS = 10_000;
    private static final int DEFAULT_HEARTBEAT_MILLIS = 5_000;
    private static final int MOST_FAILED_HEARTBEATS = 2;
    private static final double JITTER = 0.1;

    private final Channels channels;
    private final HostCard card;
    private final Mailbox mailbox;
    private final SessionListener sessions;
    private final RandomGenerator random;
    private final BootClock bootClock;
    private final Redial redial;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("link").daemon().factory());

    private @Nullable SessionCall current;
    private String lastTrouble = "";

    /** Told of sessions on the link's thread; what it does must not block. */
    public interface SessionListener {
        void opened(String hostId, long epoch);

        void closed();
    }

    public ControllerLink(
            Channels channels,
            HostCard card,
            Mailbox mailbox,
            SessionListener sessions,
            RandomGenerator random,
            BootClock bootClock) {
        this.channels = channels;
        this.card = card;
        this.mailbox = mailbox;
        this.sessions = sessions;
        this.random = random;
        this.bootClock = bootClock;
        this.redial = new Redial(random);
    }

    public void start() {
        execute(this::dial);
    }

    @Override
    public void send(SendReport report) {
        execute(() -> {
            SessionCall call = current;
            if (call != null && call.epoch == report.epoch()) {
                Report.Builder wire = Messages.report(report).toBuilder();
                Inventory inventory = inventory();
                if (!inventory.equals(call.inventory)) {
                    call.inventory = inventory;
                    wire.setInventory(InventoryMessage.of(inventory));
                }
                List<String> images = mailbox.images();
                if (!images.equals(call.images)) {
                    call.images = images;
                    wire.setImages(Images.newBuilder().addAllReferences(images));
                }
                boolean diskFull = mailbox.diskFull();
                if (report.full() || diskFull != call.diskFull) {
                    call.diskFull = diskFull;
                    wire.setDiskFull(diskFull);
                }
                call.send(AgentMessage.newBuilder().setReport(wire).build());
            }
        });
    }

    @Override
    public void end(EndSession end) {
        execute(() -> {
            SessionCall call = current;
            if (call != null && call.epoch == end.epoch()) {
                lost(call, end.reason());
            }
        });
    }

    @Override
    public void close() {
        execute(() -> {
            if (current != null) {
                current.channel.shutdownNow();
                current = null;
            }
            thread.shutdownNow();
        });
    }

    private void dial() {
        SessionCall call;
        try {
            call = new SessionCall(channels.open(thread), this::received, this::ended);
        } catch (SSLException e) {
            trouble("no TLS with the controller: " + e.getMessage());
            later(this::dial, redial.nextMillis());
            return;
        }
        current = call;
        call.out = LinkGrpc.newStub(call.channel).session(call);
        call.send(AgentMessage.newBuilder().setHello(hello()).build());
        later(
                () -> {
                    if (call.epoch == 0) {
                        lost(call, "no welcome within " + WELCOME_MILLIS / 1_000 + " s");
                    }
                },
                WELCOME_MILLIS);
    }

    private Hello hello() {
        Membership member = mailbox.membership();
        return Hello.newBuilder()
                .setHostId(member.hostId())
                .setHostName(card.hostName())
                .setRegion(card.region())
                .setDataCenter(card.dataCenter())
                .putAllLabels(card.labels())
                .setClusterId(member.clusterId())
                .setBootId(card.bootId())
                .setAgentInstance(card.agentInstance())
                .setProtocolMin(PROTOCOL_VERSION)
                .setProtocolMax(PROTOCOL_VERSION)
                .setHighestTerm(member.highestTerm())
                .setAppliedRevision(mailbox.appliedRevision())
                .setInventory(InventoryMessage.of(inventory()))
                .build();
    }

    private Inventory inventory() {
        return mailbox.inventory().orElse(card.inventory());
    }

    private void received(SessionCall call, ControllerMessage message) {
        if (call != current) {
            return;
        }
        try {
            switch (message.getKindCase()) {
                case WELCOME -> welcome(call, message.getWelcome());
                case DESIRED -> mailbox.offer(Messages.desired(call.epoch, message.getDesired()));
                case REPORT_ACK ->
                    mailbox.offer(new AgentEvent.ReportAcked(
                            call.epoch, message.getReportAck().getSequence()));
                case KIND_NOT_SET -> log.warn("the controller sent a message that this agent does not know");
            }
        } catch (IllegalArgumentException e) {
            lost(call, String.valueOf(e.getMessage()));
        }
    }

    private void welcome(SessionCall call, Welcome welcome) {
        call.epoch = welcome.getSessionEpoch();
        call.heartbeatMillis =
                welcome.getHeartbeatMillis() > 0 ? welcome.getHeartbeatMillis() : DEFAULT_HEARTBEAT_MILLIS;
        call.timeScale = welcome.getTimeScale() > 0 ? welcome.getTimeScale() : 1;
        redial.connected(call.timeScale);
        lastTrouble = "";
        log.info("session {} with the controller {}", call.epoch, channels.address());
        mailbox.offer(
                new AgentEvent.SessionOpened(welcome.getClusterId(), welcome.getTerm(), call.epoch, call.timeScale));
        sessions.opened(mailbox.membership().hostId(), call.epoch);
        // At once: its acknowledgement is the lease without which elastic pods do not start.
        beat(call);
    }

    private void scheduleHeartbeat(SessionCall call) {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        later(() -> beat(call), (long) (call.heartbeatMillis * factor));
    }

    private void beat(SessionCall call) {
        if (call != current) {
            return;
        }
        HeartbeatRequest request = HeartbeatRequest.newBuilder()
                .setHostId(mailbox.membership().hostId())
                .setSessionEpoch(call.epoch)
                .setAppliedRevision(mailbox.appliedRevision())
                .build();
        long deadlineMillis = Math.max(LEAST_DEADLINE_MILLIS, (long) (HEARTBEAT_DEADLINE_MILLIS * call.timeScale));
        // Before the sending and never after: the controller counts from the arrival, which is later.
        long sentBootMillis = bootClock.bootMillis();
        LinkGrpc.newStub(call.channel)
                .withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS)
                .heartbeat(request, new StreamObserver<>() {
                    @Override
                    public void onNext(HeartbeatResponse response) {
                        call.failedHeartbeats = 0;
                        if (response.getLeaseMillis() > 0) {
                            mailbox.offer(new AgentEvent.LeaseGranted(
                                    call.epoch, response.getTerm(), sentBootMillis, response.getLeaseMillis()));
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {
                        heartbeatFailed(call, Status.fromThrowable(failure));
                    }

                    @Override
                    public void onCompleted() {}
                });
        scheduleHeartbeat(call);
    }

    private void heartbeatFailed(SessionCall call, Status status) {
        call.failedHeartbeats++;
        if (status.getCode() == Status.Code.ABORTED) {
            lost(call, "the controller does not know this session any more");
        } else if (call.failedHeartbeats >= MOST_FAILED_HEARTBEATS) {
            lost(call, call.failedHeartbeats + " heartbeats failed: " + words(status));
        }
    }

    private void ended(SessionCall call, Status status) {
        lost(call, words(status));
    }

    private void lost(SessionCall call, String why) {
        if (call != current) {
            return;
        }
        current = null;
        call.channel.shutdownNow();
        if (call.epoch != 0) {
            mailbox.offer(new AgentEvent.SessionClosed(call.epoch));
            sessions.closed();
        }
        trouble(why);
        later(this::dial, redial.nextMillis());
    }

    /** Said once, not with every try. */
    private void trouble(String what) {
        if (!what.equals(lastTrouble)) {
            lastTrouble = what;
            log.warn("no session with the controller {}: {}; dialling again, pods run on", channels.address(), what);
        }
    }

    private static String words(Status status) {
        String description = status.getDescription();
        String cause = status.getCause() == null ? "" : " (" + status.getCause().getMessage() + ")";
        return status.getCode() + (description == null ? "" : ": " + description) + cause;
    }

    private void execute(Runnable task) {
        later(task, 0);
    }

    private void later(Runnable task, long millis) {
        try {
            Future<?> _ = thread.schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("the link is closed");
        }
    }

    /** What goes wrong in an unexpected way costs the session, never the link. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("the link failed in an unexpected way", e);
            if (current != null) {
                lost(current, e.toString());
            }
        }
    }
}
