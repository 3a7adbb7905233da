package dev.berth.controller.rpc;

import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.telemetry.LogRelay;
import dev.berth.controller.telemetry.LogStream;
import dev.berth.proto.v1.GetPodLogsRequest;
import dev.berth.proto.v1.GetPodLogsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Opens GetPodLogs streams: what the container wrote, from its host, or what the platform did. On network threads. */
final class LogEndpoint {
    private static final int DEFAULT_TAIL = 100;
    private static final int MAX_TAIL = 5_000;

    private final ControllerLoop loop;
    private final FeedHub hub;
    private final LogRelay relay;

    LogEndpoint(ControllerLoop loop, FeedHub hub, LogRelay relay) {
        this.loop = loop;
        this.hub = hub;
        this.relay = relay;
    }

    void read(GetPodLogsRequest request, Caller caller, StreamObserver<GetPodLogsResponse> observer) {
        String pod = Requests.pod(request.getPod());
        int tail = request.hasTail() ? request.getTail() : DEFAULT_TAIL;
        Violations violations = new Violations();
        violations.range("tail", tail, 0, MAX_TAIL);
        if (request.getSource() == GetPodLogsRequest.Source.UNRECOGNIZED) {
            violations.add("source", "is not known to this version: " + request.getSourceValue());
        }
        violations.throwIfAny();
        ServerCallStreamObserver<GetPodLogsResponse> call = (ServerCallStreamObserver<GetPodLogsResponse>) observer;
        if (request.getSource() == GetPodLogsRequest.Source.SYSTEM) {
            call.setOnCancelHandler(hub::wake);
            call.setOnReadyHandler(hub::wake);
            if (!hub.add(new SystemLog(loop, hub, call, caller.tenant(), pod, tail, request.getFollow()))) {
                throw Refusals.status(
                        Status.RESOURCE_EXHAUSTED, "too many streams follow the pods; close one, or try again later.");
            }
            return;
        }
        LogStream stream = relay.begin(call);
        var found = loop.query(reader -> source(reader, PodEndpoint.find(reader, caller.tenant(), pod)));
        Answers.whenDone(found, (source, failure) -> {
            if (source != null) {
                HostId hostId = source.host.id();
                relay.ask(stream, hostId, source.host.name(), source.pod.id(), tail, request.getFollow());
            } else if (failure != null) {
                stream.fail(Refusals.of(failure));
            }
        });
    }

    private record Source(Pod pod, Host host) {}

    private static Source source(Reader reader, Pod pod) {
        String name = "pod " + pod.id() + " (" + pod.name() + ")";
        HostId hostId = pod.placement().hostId();
        Host host = hostId == null ? null : reader.cluster().host(hostId);
        if (hostId == null || host == null) {
            String state = pod.state() + (pod.isQueued() ? ", waiting in the queue" : "");
            throw noLog(
                    name + " never had a container: it is " + state + ". Its system log says what the platform did.");
        }
        if (pod.state().isFinal() || reader.cluster().assignment(hostId, pod.id()) == null) {
            throw noLog("the container of " + name + " is gone: the pod is " + pod.state()
                    + ". Its system log says what the platform did.");
        }
        HostLiveness.Session session = reader.liveness().session(hostId);
        if (session == null || reader.liveness().liveness(hostId, reader.nowMillis()) != Liveness.READY) {
            throw Refusals.status(
                    Status.UNAVAILABLE,
                    "host " + host.name() + " of " + name + " is not connected at the moment; try again later.");
        }
        return new Source(pod, host);
    }

    private static StatusRuntimeException noLog(String sentence) {
        return Refusals.status(Status.FAILED_PRECONDITION, sentence);
    }
}
