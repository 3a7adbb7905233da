package dev.berth.cli.chaos;

import dev.berth.proto.v1.DeployPodRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client knows of one of its pods: what it asked for and what was acknowledged. Written by the one thread that
 * owns the pod, read by the checks after that thread has ended.
 */
final class PodHistory {
    /** What the last acknowledged call asks for. */
    enum Wish {
        RUN,
        STOP,
        END
    }

    final DeployPodRequest request;
    /** Its process ends by itself with {@link LoadClient#BRIEF_EXIT_CODE}. */
    final boolean brief;
    /** Acknowledged actions by their keys, oldest first. */
    final Map<String, Act> acknowledged = new LinkedHashMap<>();
    /** Empty until the deploy is acknowledged. */
    String id = "";

    Wish wish = Wish.RUN;
    /** Pods that never ran may end in FAILED, which refuses everything. */
    int refusals;

    PodHistory(DeployPodRequest request, boolean brief) {
        this.request = request;
        this.brief = brief;
    }

    String name() {
        return request.getSpec().getName();
    }

    boolean isAcknowledged() {
        return !id.isEmpty();
    }

    void acted(String key, Act action) {
        acknowledged.put(key, action);
        wish = action.wish;
    }

    @Override
    public String toString() {
        return "pod " + name() + (id.isEmpty() ? "" : " (" + id + ")");
    }
}
