package dev.berth.controller.benchmark;

import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.DeployPodResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodsGrpc;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** Answers DeployPod with its own spec: at once, or once the request is synced to disk in a group. */
final class EchoPods extends PodsGrpc.PodsImplBase {
    private final @Nullable GroupSync sync;

    EchoPods(@Nullable GroupSync sync) {
        this.sync = sync;
    }

    @Override
    public void deployPod(DeployPodRequest request, StreamObserver<DeployPodResponse> observer) {
        if (sync == null) {
            answer(request, observer);
        } else {
            sync.append(request.toByteString(), () -> answer(request, observer));
        }
    }

    private static void answer(DeployPodRequest request, StreamObserver<DeployPodResponse> observer) {
        observer.onNext(DeployPodResponse.newBuilder()
                .setPod(Pod.newBuilder().setSpec(request.getSpec()))
                .build());
        observer.onCompleted();
    }
}
