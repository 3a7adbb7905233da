package dev.berth.controller.telemetry;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.agent.v1.OpenExec;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings callers who want a command run in a pod and the pod's agent together, as {@link LogRelay} does for logs, and
 * keeps the limits. Any thread.
 */
public final class ExecRelay {
    private final Attendances attendances;
    private final Supplier<String> streamIds;
    private final ScheduledThreadPoolExecutor timer;
    private final ExecLimits limits;
    private final Map<String, Wanted> streams = new ConcurrentHashMap<>();

    private record Wanted(
            ExecStream stream,
            TenantId tenant,
            @Nullable HostId hostId,
            @Nullable OpenExec command) {}

    /** The timer must not keep what was cancelled: each task holds a call. It is told so. */
    public ExecRelay(
            Attendances attendances, Supplier<String> streamIds, ScheduledThreadPoolExecutor timer, ExecLimits limits) {
        this.attendances = attendances;
        this.streamIds = streamIds;
        this.timer = timer;
        timer.setRemoveOnCancelPolicy(true);
        this.limits = limits;
    }

    /**
     * Takes over a caller's call; on the thread on which it began. Once the caller has said what to run,
     * {@link #ask} or {@link ExecStream#fail} must follow.
     */
    public synchronized ExecStream begin(
            TenantId tenant, ServerCallStreamObserver<ExecPodResponse> client, ExecStream.Inbound inbound) {
        long open = streams.values().stream()
                .filter(wanted -> wanted.tenant.equals(tenant))
                .count();
        if (open >= limits.perTenant()) {
            throw tooMany(limits.perTenant(), "this tenant's pods");
        }
        ExecStream stream = new ExecStream(this::forget, streamIds.get(), client, inbound);
        streams.put(stream.id(), new Wanted(stream, tenant, null, null));
        stream.begin();
        later(() -> failIfNothingIsWanted(stream), stream, limits.openMillis());
        watch(stream, System.nanoTime());
        return stream;
    }

    private void failIfNothingIsWanted(ExecStream stream) {
        if (wanted(stream.id()) == null) {
            stream.fail(overdue("the call did not say what to run"));
        }
    }

    /** Asks the host to run it, now or as soon as it attends. */
    public void ask(ExecStream stream, ExecTarget target, ExecStart start) {
        OpenExec.Builder command = OpenExec.newBuilder()
                .setStreamId(stream.id())
                .setPodId(target.podId().value())
                .setIncarnation(target.incarnation())
                .addAllCommand(start.getCommandList())
                .setStdin(start.getStdin());
        if (start.hasTerminal()) {
            command.setTerminal(start.getTerminal());
        }
        if (!reserve(stream, target.hostId(), command.build())) {
            return;
        }
        later(() -> stream.fail(overdue(silence(target))), stream, limits.openMillis());
        attendances.tell(target.hostId(), command(command.build()));
    }

    /** False when the call has ended; ended by this where the host has its fill. */
    private synchronized boolean reserve(ExecStream stream, HostId hostId, OpenExec command) {
        long open = streams.values().stream()
                .filter(wanted -> hostId.equals(wanted.hostId))
                .count();
        if (open >= limits.perHost()) {
            stream.fail(tooMany(limits.perHost(), "the pods of this host"));
            return false;
        }
        return streams.computeIfPresent(stream.id(), (id, wanted) -> new Wanted(stream, wanted.tenant, hostId, command))
                != null;
    }

    private String silence(ExecTarget target) {
        return "host " + target.hostName()
                + (attendances.has(target.hostId()) ? " did not start the command" : " is not connected");
    }

    private StatusRuntimeException overdue(String what) {
        return Status.UNAVAILABLE
                .withDescription(what + " within " + limits.openMillis() / 1000 + " s; try again later.")
                .asRuntimeException();
    }

    private static StatusRuntimeException tooMany(int most, String where) {
        return Status.RESOURCE_EXHAUSTED
                .withDescription(most + " commands run in " + where + " already; end one, or try again later.")
                .asRuntimeException();
    }

    private void later(Runnable giveUp, ExecStream stream, long millis) {
        stream.watchedBy(timer.schedule(
                () -> {
                    if (!stream.isStarted()) {
                        giveUp.run();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS));
    }

    /** Ends a stream that is idle for too long, or too old; looks again when it may be. */
    private void watch(ExecStream stream, long beganNanos) {
        long now = System.nanoTime();
        long idle = limits.idleMillis() - TimeUnit.NANOSECONDS.toMillis(now - stream.lastTrafficNanos());
        long total = limits.totalMillis() - TimeUnit.NANOSECONDS.toMillis(now - beganNanos);
        if (idle <= 0 || total <= 0) {
            String why = total <= 0
                    ? "the command ran for " + limits.totalMillis() / 60_000 + " min, which is the longest"
                    : "nothing was sent or received for " + limits.idleMillis() / 60_000 + " min";
            stream.fail(Status.DEADLINE_EXCEEDED
                    .withDescription(why + "; it was ended.")
                    .asRuntimeException());
        } else if (!stream.isEnded()) {
            stream.watchedBy(
                    timer.schedule(() -> watch(stream, beganNanos), Math.min(idle, total), TimeUnit.MILLISECONDS));
        }
    }

    /** The host attends anew: it is asked again for what it has not begun. It runs nothing twice. */
    void attended(HostId hostId) {
        for (Wanted wanted : streams.values()) {
            if (hostId.equals(wanted.hostId) && wanted.command != null && !wanted.stream.isAttached()) {
                attendances.tell(hostId, command(wanted.command));
            }
        }
    }

    /** Null when no one waits for the stream. */
    @Nullable
    ExecStream wanted(String streamId) {
        Wanted wanted = streams.get(streamId);
        return wanted == null || wanted.command == null ? null : wanted.stream;
    }

    private void forget(ExecStream stream) {
        streams.remove(stream.id());
    }

    private static TelemetryCommand command(OpenExec openExec) {
        return TelemetryCommand.newBuilder().setOpenExec(openExec).build();
    }

    /** What is wrong with a message of a caller after the first; empty when it may pass. */
    static String wrongWith(ExecPodRequest input) {
        return switch (input.getKindCase()) {
            case STDIN ->
                input.getStdin().size() > ExecStream.MAX_CHUNK_BYTES
                        ? "stdin: must be at most " + ExecStream.MAX_CHUNK_BYTES + " bytes, is "
                                + input.getStdin().size()
                        : "";
            case STDIN_END -> "";
            case RESIZE -> TerminalLimits.holds(input.getResize()) ? "" : "resize: " + TerminalLimits.RULE;
            case START -> "start: must be the first message and no other";
            case KIND_NOT_SET -> "kind: must be set";
        };
    }
}
