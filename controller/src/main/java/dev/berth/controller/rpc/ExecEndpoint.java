package dev.berth.controller.rpc;

import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.telemetry.ExecRelay;
import dev.berth.controller.telemetry.ExecStream;
import dev.berth.controller.telemetry.ExecTarget;
import dev.berth.controller.telemetry.TerminalLimits;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens ExecPod streams: finds the pod, says in the log who runs what (the first word and never the arguments, which
 * may hold secrets), and hands the call to the relay. On network threads.
 */
final class ExecEndpoint {
    private static final Logger AUDIT = LoggerFactory.getLogger("dev.berth.audit");
    private static final int MAX_WORDS = 256;
    private static final int MAX_COMMAND_BYTES = 64 << 10;

    private final ControllerLoop loop;
    private final ExecRelay relay;

    ExecEndpoint(ControllerLoop loop, ExecRelay relay) {
        this.loop = loop;
        this.relay = relay;
    }

    StreamObserver<ExecPodRequest> open(Caller caller, StreamObserver<ExecPodResponse> observer) {
        ServerCallStreamObserver<ExecPodResponse> call = (ServerCallStreamObserver<ExecPodResponse>) observer;
        call.disableAutoRequest();
        ExecStream stream = relay.begin(caller.tenant(), call, () -> call.request(1));
        call.request(1);
        return new Messages(caller, stream);
    }

    private void start(Caller caller, ExecStream stream, ExecStart start) {
        check(start);
        var found = loop.query(reader -> target(reader, PodEndpoint.find(reader, caller.tenant(), start.getPod())));
        Answers.whenDone(found, (target, failure) -> {
            if (target != null) {
                audit(caller, stream, target, start);
                relay.ask(stream, target, start);
            } else if (failure != null) {
                stream.fail(Refusals.of(failure));
            }
        });
    }

    private static void check(ExecStart start) {
        Violations violations = new Violations();
        Requests.podReference(start.getPod(), "start.pod", violations);
        violations.count("start.command", start.getCommandCount(), MAX_WORDS);
        violations.check(
                start.getCommandCount() > 0 && !start.getCommand(0).isEmpty(), "start.command", "must not be empty");
        int bytes = 0;
        for (String word : start.getCommandList()) {
            bytes += word.getBytes(StandardCharsets.UTF_8).length;
            violations.check(word.indexOf(0) < 0, "start.command", "must not hold a zero byte");
        }
        violations.check(
                bytes <= MAX_COMMAND_BYTES, "start.command", "must be at most 64 KiB together, is " + bytes + " bytes");
        violations.check(
                !start.hasTerminal() || TerminalLimits.holds(start.getTerminal()),
                "start.terminal",
                TerminalLimits.RULE);
        violations.throwIfAny();
    }

    private static ExecTarget target(Reader reader, Pod pod) {
        String name = "pod " + pod.id() + " (" + pod.name() + ")";
        HostId hostId = pod.placement().hostId();
        Host host = hostId == null ? null : reader.cluster().host(hostId);
        if (pod.state() != PodState.RUNNING || hostId == null || host == null) {
            throw Refusals.status(
                    Status.FAILED_PRECONDITION,
                    name + " is " + pod.state() + ": a command needs a pod that is RUNNING.");
        }
        HostLiveness.Session session = reader.liveness().session(hostId);
        if (session == null || reader.liveness().liveness(hostId, reader.nowMillis()) != Liveness.READY) {
            throw Refusals.status(
                    Status.UNAVAILABLE,
                    "host " + host.name() + " of " + name + " is not connected at the moment; try again later.");
        }
        return new ExecTarget(hostId, host.name(), pod.id(), pod.placement().incarnation());
    }

    private static void audit(Caller caller, ExecStream stream, ExecTarget target, ExecStart start) {
        String what =
                caller.actor().kind() + " " + caller.actor().name() + " of tenant " + caller.tenant() + ": exec of "
                        + Text.quote(start.getCommand(0)) + " in pod " + target.podId() + ", incarnation "
                        + target.incarnation() + ", on host " + target.hostName();
        long beganNanos = System.nanoTime();
        AUDIT.info("{}", what);
        stream.onEnd(how -> AUDIT.info(
                "{}: {} after {} s", what, how, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNanos)));
    }

    /** What a caller sends, on the network thread of its call. */
    private final class Messages implements StreamObserver<ExecPodRequest> {
        private final Caller caller;
        private final ExecStream stream;
        private @Nullable ExecStart start;

        Messages(Caller caller, ExecStream stream) {
            this.caller = caller;
            this.stream = stream;
        }

        @Override
        public void onNext(ExecPodRequest request) {
            if (start != null) {
                stream.input(request);
                return;
            }
            start = request.getStart();
            try {
                if (!request.hasStart()) {
                    throw Violations.one("start", "must be the first message");
                }
                start(caller, stream, request.getStart());
            } catch (StatusRuntimeException e) {
                stream.fail(e);
            }
        }

        /** The cancellation is heard elsewhere. */
        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
            if (start == null) {
                stream.fail(Violations.one("start", "must be the first message"));
            } else {
                stream.inputEnd();
            }
        }
    }
}
