package dev.berth.cli.chaos;

import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;

/** What a client may ask of its pod, and what it thereby wishes. */
enum Act {
    PAUSE(PodHistory.Wish.STOP),
    RUN(PodHistory.Wish.RUN),
    TERMINATE(PodHistory.Wish.END);

    final PodHistory.Wish wish;

    Act(PodHistory.Wish wish) {
        this.wish = wish;
    }

    /** The id of the pod that answered. */
    String on(PodsBlockingStub stub, String podId, String key) {
        PodActionRequest request = PodActionRequest.newBuilder()
                .setPod(podId)
                .setIdempotencyKey(key)
                .build();
        PodActionResponse response = switch (this) {
            case PAUSE -> stub.pausePod(request);
            case RUN -> stub.runPod(request);
            case TERMINATE -> stub.terminatePod(request);
        };
        return response.getPod().getId();
    }
}
