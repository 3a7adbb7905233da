package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Pod;
import dev.berth.proto.v1.SearchPodsRequest;
import dev.berth.proto.v1.SearchPodsResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Fuzzy search by name: pods leave the loop in bounded lots, names are compared on a worker's thread, and only the best
 * ones are shown. Called by {@link PodEndpoint}.
 */
final class PodSearch {
    private static final int LOT = 5_000;
    private static final int DEFAULT_LIMIT = 20;

    /** The best last, so that the worst is at the head of a queue; among equals the newer is better. */
    private static final Comparator<Match> WORST_FIRST =
            Comparator.comparingInt(Match::rank).reversed().thenComparing(match -> PodOrder.of(match.pod));

    private final ControllerLoop loop;
    private final Executor workers;

    PodSearch(ControllerLoop loop, Executor workers) {
        this.loop = loop;
        this.workers = workers;
    }

    private record Match(Pod pod, int rank) {}

    /** Pods of one lot; fewer than {@link #LOT} when it is the last. */
    private record Lot(List<Pod> pods, long nowMillis) {}

    private record Search(Caller caller, boolean history, int limit, FuzzyMatch names, PriorityQueue<Match> best) {}

    CompletableFuture<SearchPodsResponse> search(SearchPodsRequest request, Caller caller) {
        Violations violations = new Violations();
        violations.length("query", request.getQuery(), 1, 255);
        boolean history = ListQuery.isHistory(request.getView(), violations);
        if (request.getLimit() != 0) {
            violations.range("limit", request.getLimit(), 1, 1000);
        }
        violations.throwIfAny();
        int limit = request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit();
        Search search = new Search(
                caller, history, limit, new FuzzyMatch(request.getQuery()), new PriorityQueue<>(WORST_FIRST));
        return proceed(search, null);
    }

    private CompletableFuture<SearchPodsResponse> proceed(Search search, @Nullable PodOrder after) {
        return loop.query(reader -> lot(reader, after))
                .thenComposeAsync(
                        lot -> {
                            lot.pods.forEach(pod -> compare(search, pod, lot.nowMillis));
                            return lot.pods.size() < LOT
                                    ? show(search)
                                    : proceed(search, PodOrder.of(lot.pods.getLast()));
                        },
                        workers);
    }

    private static Lot lot(Reader reader, @Nullable PodOrder after) {
        NavigableMap<PodOrder, Pod> all = reader.cluster().podsByAge();
        NavigableMap<PodOrder, Pod> rest = after == null ? all : all.tailMap(after, false);
        List<Pod> pods = new ArrayList<>(Math.min(LOT, 64));
        for (Pod pod : rest.values()) {
            if (pods.size() == LOT) {
                break;
            }
            pods.add(pod);
        }
        return new Lot(pods, reader.nowMillis());
    }

    private static void compare(Search search, Pod pod, long nowMillis) {
        if (!pod.tenant().equals(search.caller.tenant()) || !ListQuery.inView(pod, search.history, nowMillis)) {
            return;
        }
        OptionalInt rank = search.names.rank(pod.name());
        if (rank.isPresent()) {
            search.best.add(new Match(pod, rank.getAsInt()));
            if (search.best.size() > search.limit) {
                search.best.remove();
            }
        }
    }

    private CompletableFuture<SearchPodsResponse> show(Search search) {
        List<Match> bestFirst = new ArrayList<>(search.best);
        bestFirst.sort(WORST_FIRST.reversed());
        return loop.query(reader -> {
            List<Pod> now = new ArrayList<>(bestFirst.size());
            for (Match match : bestFirst) {
                Pod pod = reader.cluster().pod(match.pod.id());
                if (pod != null) {
                    now.add(pod);
                }
            }
            return SearchPodsResponse.newBuilder()
                    .addAllPods(Views.pods(reader, now))
                    .build();
        });
    }
}
