package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.ListPodsResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Pages through pods, newest first, in steps short enough not to hold the loop up whatever the size of the fleet.
 * Called by {@link PodEndpoint}; the steps run on the loop's thread, each asked for anew by a worker.
 */
final class PodLists {
    /** Pods that one step looks at, and those it makes messages of. */
    private static final int SCANNED_PER_STEP = 5_000;

    private static final int SHOWN_PER_STEP = 200;

    private final ControllerLoop loop;
    private final Executor workers;

    PodLists(ControllerLoop loop, Executor workers) {
        this.loop = loop;
        this.workers = workers;
    }

    /** What one step found; {@code last} is the last pod it looked at, null when there was none left. */
    private record Step(
            List<dev.berth.proto.v1.Pod> pods, @Nullable PodOrder last, long version) {}

    CompletableFuture<ListPodsResponse> list(ListQuery query) {
        return proceed(query, query.after(), ListPodsResponse.newBuilder());
    }

    /** Looks for one pod more than the page holds: only then is there a next page. */
    private CompletableFuture<ListPodsResponse> proceed(
            ListQuery query, @Nullable PodOrder after, ListPodsResponse.Builder page) {
        int missing = query.page().size() + 1 - page.getPodsCount();
        return loop.query(reader -> step(reader, query, after, missing))
                .thenComposeAsync(
                        step -> {
                            if (page.getVersion() == 0) {
                                page.setVersion(step.version);
                            }
                            page.addAllPods(step.pods);
                            if (page.getPodsCount() > query.page().size()) {
                                page.removePods(query.page().size());
                                PodOrder last = order(page.getPods(query.page().size() - 1));
                                page.setNextPageToken(query.page()
                                        .tokenAfter(
                                                last.createdMillis(), last.id().value()));
                            } else if (step.last != null) {
                                return proceed(query, step.last, page);
                            }
                            return CompletableFuture.completedFuture(page.build());
                        },
                        workers);
    }

    private static PodOrder order(dev.berth.proto.v1.Pod pod) {
        return new PodOrder(TimeProtos.epochMillis(pod.getCreatedAt()), new PodId(pod.getId()));
    }

    private static Step step(Reader reader, ListQuery query, @Nullable PodOrder after, int missing) {
        @Nullable Host host = host(reader, query);
        @Nullable
        Deployment deployment = query.deploymentIdOrName().isEmpty()
                ? null
                : DeploymentEndpoint.find(reader, query.tenant(), query.deploymentIdOrName());
        NavigableMap<PodOrder, Pod> newestFirst = (after == null
                        ? reader.cluster().podsByAge()
                        : reader.cluster().podsByAge().headMap(after, false))
                .descendingMap();
        int most = Math.min(missing, SHOWN_PER_STEP);
        List<Pod> found = new ArrayList<>(most);
        @Nullable PodOrder last = null;
        boolean more = false;
        int scanned = 0;
        for (Pod pod : newestFirst.values()) {
            if (found.size() == most || scanned++ == SCANNED_PER_STEP) {
                more = true;
                break;
            }
            last = PodOrder.of(pod);
            if (query.wants(reader, pod, host, deployment)) {
                found.add(pod);
            }
        }
        return new Step(
                Views.pods(reader, found), more ? last : null, reader.cluster().version());
    }

    private static @Nullable Host host(Reader reader, ListQuery query) {
        if (query.hostIdOrName().isEmpty()) {
            return null;
        }
        return reader.cluster()
                .hostNamed(query.hostIdOrName())
                .orElseThrow(() -> Refusals.status(
                        Status.NOT_FOUND, "no host has the id or name \"" + query.hostIdOrName() + "\"."));
    }
}
