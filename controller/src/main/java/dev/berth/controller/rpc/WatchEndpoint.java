package dev.berth.controller.rpc;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.model.PodId;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** Opens WatchPods streams; {@link PodWatch} keeps them going. Called on network threads. */
final class WatchEndpoint {
    private final ControllerLoop loop;
    private final FeedHub hub;

    WatchEndpoint(ControllerLoop loop, FeedHub hub) {
        this.loop = loop;
        this.hub = hub;
    }

    void watch(WatchPodsRequest request, Caller caller, StreamObserver<WatchPodsResponse> observer) {
        Violations violations = new Violations();
        if (request.getAfterVersion() < 0) {
            violations.add("after_version", "must not be negative, is " + request.getAfterVersion());
        }
        if (!request.getPodId().isEmpty() && !Ids.isId(request.getPodId())) {
            violations.add("pod_id", "must be the id of a pod, is " + Text.quote(request.getPodId()));
        }
        violations.throwIfAny();
        @Nullable PodId only = request.getPodId().isEmpty() ? null : new PodId(request.getPodId());
        ServerCallStreamObserver<WatchPodsResponse> call = (ServerCallStreamObserver<WatchPodsResponse>) observer;
        call.setOnCancelHandler(hub::wake);
        call.setOnReadyHandler(hub::wake);
        PodWatch watch =
                new PodWatch(loop, hub, call, new WatchQuery(caller.tenant(), only), request.getAfterVersion());
        if (!hub.add(watch)) {
            throw Refusals.status(
                    Status.RESOURCE_EXHAUSTED,
                    FeedHub.MAX_FOLLOWERS + " streams follow the pods already; close one, or try again later.");
        }
    }
}
