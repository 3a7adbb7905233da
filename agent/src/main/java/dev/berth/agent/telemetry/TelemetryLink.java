package dev.berth.agent.telemetry;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.link.Channels;
import dev.berth.agent.link.ControllerLink.SessionListener;
import dev.berth.agent.loop.Mailbox;
import dev.berth.proto.agent.v1.AttendRequest;
import dev.berth.proto.agent.v1.SendLog;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.agent.v1.TelemetryGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attends to what the controller wants, for as long as there is a session, and does it: sends logs of containers and
 * runs commands in them. A connection and a thread of its own; each log that is sent has a thread of the runtime. Logs
 * share that connection: the receiver refills its window whoever reads, so one that is not read holds back no other.
 */
public final class TelemetryLink implements SessionListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TelemetryLink.class);
    private static final int AGAIN_MILLIS = 1_000;

    private final Channels channels;
    private final ContainerRuntime runtime;
    private final Mailbox mailbox;
    private final ExecCalls execs;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("telemetry").daemon().factory());
    /** Opening a log asks the engine, which may take its time. */
    private final ExecutorService openers = Executors.newVirtualThreadPerTaskExecutor();

    private @Nullable ManagedChannel channel;
    private long epoch;

    public TelemetryLink(Channels channels, ContainerRuntime runtime, Mailbox mailbox) {
        this.channels = channels;
        this.runtime = runtime;
        this.mailbox = mailbox;
        this.execs = new ExecCalls(channels, runtime, openers);
    }

    @Override
    public void opened(String hostId, long sessionEpoch) {
        execute(() -> {
            epoch = sessionEpoch;
            attend(hostId, sessionEpoch);
        });
    }

    @Override
    public void closed() {
        execute(() -> {
            epoch = 0;
            hangUp();
        });
    }

    @Override
    public void close() {
        execute(() -> {
            epoch = 0;
            hangUp();
            thread.shutdownNow();
        });
        execs.close();
        openers.shutdownNow();
    }

    private void hangUp() {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    private void attend(String hostId, long sessionEpoch) {
        if (epoch != sessionEpoch) {
            return;
        }
        hangUp();
        ManagedChannel fresh;
        try {
            fresh = channels.open(thread);
        } catch (SSLException e) {
            log.warn("no TLS with the controller for telemetry: {}", e.getMessage());
            return;
        }
        channel = fresh;
        AttendRequest request = AttendRequest.newBuilder()
                .setHostId(hostId)
                .setSessionEpoch(sessionEpoch)
                .build();
        TelemetryGrpc.newStub(fresh).attend(request, new ClientResponseObserver<AttendRequest, TelemetryCommand>() {
            @Override
            public void beforeStart(ClientCallStreamObserver<AttendRequest> call) {}

            @Override
            public void onNext(TelemetryCommand command) {
                switch (command.getKindCase()) {
                    case SEND_LOG -> openers.execute(() -> push(fresh, command.getSendLog()));
                    case OPEN_EXEC -> openers.execute(() -> execs.open(command.getOpenExec()));
                    case KIND_NOT_SET -> log.warn("the controller wants something that this agent does not know");
                }
            }

            @Override
            public void onError(Throwable failure) {
                log.debug("telemetry ended: {}", Status.fromThrowable(failure));
                again(hostId, sessionEpoch);
            }

            @Override
            public void onCompleted() {
                again(hostId, sessionEpoch);
            }
        });
    }

    private void again(String hostId, long sessionEpoch) {
        if (epoch == sessionEpoch && !thread.isShutdown()) {
            Future<?> _ = thread.schedule(() -> attend(hostId, sessionEpoch), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void push(ManagedChannel to, SendLog wanted) {
        LogPush push = new LogPush(wanted.getStreamId());
        TelemetryGrpc.newStub(to).pushLog(push);
        Optional<String> container = mailbox.containerOf(wanted.getPodId());
        if (container.isEmpty()) {
            push.end("pod " + wanted.getPodId() + " has no container on this host");
            return;
        }
        try {
            push.from(runtime.logs(container.get(), wanted.getTail(), wanted.getFollow(), push));
        } catch (ContainerException e) {
            push.end(String.valueOf(e.getMessage()));
        }
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException closed) {
            log.debug("telemetry is closed");
        }
    }
}
