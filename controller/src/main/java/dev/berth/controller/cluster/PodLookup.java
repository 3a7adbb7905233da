package dev.berth.controller.cluster;

import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A pod by what people call it: its id, else a name that only one living pod of the tenant bears, else the one of that
 * name that ended last. Another tenant's pod
 * is answered exactly as one that does not exist.
 */
public sealed interface PodLookup {
    record Found(Pod pod) implements PodLookup {}

    record NotFound(Reply.Refused refusal) implements PodLookup {}

    static PodLookup find(ClusterView cluster, TenantId tenant, String idOrName) {
        @Nullable Pod byId = cluster.pod(new PodId(idOrName));
        if (byId != null && byId.tenant().equals(tenant)) {
            return new Found(byId);
        }
        Collection<Pod> named = cluster.livePodsNamed(tenant, idOrName);
        return switch (named.size()) {
            case 0 -> ended(cluster, tenant, idOrName);
            case 1 -> new Found(named.iterator().next());
            default ->
                new NotFound(new Reply.Refused(
                        Reply.Kind.FAILED_PRECONDITION,
                        "",
                        named.size() + " pods are named \"" + idOrName + "\"; use an id: "
                                + named.stream()
                                        .limit(5)
                                        .map(pod -> pod.id().value())
                                        .toList()));
        };
    }

    private static PodLookup ended(ClusterView cluster, TenantId tenant, String name) {
        Pod ended = cluster.lastEndedPodNamed(tenant, name);
        return ended != null
                ? new Found(ended)
                : new NotFound(
                        new Reply.Refused(Reply.Kind.NOT_FOUND, "", "no pod has the id or name \"" + name + "\"."));
    }
}
