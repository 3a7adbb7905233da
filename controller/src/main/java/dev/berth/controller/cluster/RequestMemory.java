package dev.berth.controller.cluster;

import dev.berth.controller.cluster.ClusterView.RememberedRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Requests answered within the last day, so that a retry gets the same answer (INV-12). Forgetting follows the times of
 * the records, hence is the same live and on replay. Part of {@link ClusterState}, same thread.
 */
final class RequestMemory {
    private final Map<RequestKey.Identity, RememberedRequest> requests = new HashMap<>();
    private final Deque<RequestKey.Identity> byAge = new ArrayDeque<>();

    void remember(RequestKey request, String subjectId, long atMillis) {
        requests.put(request.identity(), new RememberedRequest(request.digest(), subjectId, atMillis));
        byAge.add(request.identity());
    }

    Optional<RememberedRequest> find(RequestKey.Identity identity) {
        return Optional.ofNullable(requests.get(identity));
    }

    void forgetBefore(long millis) {
        while (!byAge.isEmpty()) {
            RequestKey.Identity oldest = byAge.getFirst();
            RememberedRequest request = requests.get(oldest);
            if (request != null && request.atMillis() >= millis) {
                return;
            }
            byAge.removeFirst();
            requests.remove(oldest);
        }
    }

    /** Oldest first. */
    void forEach(BiConsumer<RequestKey, RememberedRequest> consumer) {
        Map<RequestKey.Identity, RememberedRequest> ordered = new LinkedHashMap<>();
        for (RequestKey.Identity identity : byAge) {
            RememberedRequest request = requests.get(identity);
            if (request != null) {
                ordered.put(identity, request);
            }
        }
        ordered.forEach((identity, request) -> consumer.accept(
                new RequestKey(identity.tenant(), identity.method(), identity.key(), request.digest()), request));
    }
}
