package dev.berth.controller.rpc;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.PodFeed;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.v1.WatchEndpointsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * One WatchEndpoints stream: the whole list first and again whenever it differs. It is asked for anew only when a pod of
 * the deployment changed and the client takes messages, so a slow client misses lists in between and never the last one,
 * and a client that stops reading costs one list. Ends when the deployment is deleted. Lives on the thread of
 * {@link FeedHub}; answers of the loop come in through one volatile field.
 */
final class EndpointWatch implements FeedHub.Follower {
    private static final int LOOKED_THROUGH_AT_ONCE = 1_000;

    private final ControllerLoop loop;
    private final FeedHub hub;
    private final ServerCallStreamObserver<WatchEndpointsResponse> call;
    private final TenantId tenant;
    private final String idOrName;
    private @Nullable DeploymentId id;
    private @Nullable WatchEndpointsResponse last;
    private long version;
    private boolean asked;
    private boolean stale = true;
    private boolean doubted;
    private volatile @Nullable Answer arrived;

    /** Of the soft state that no version tells of, as last seen. */
    private long readiness;

    /** {@code id} is null when the deployment is gone, {@code list} when nothing can have changed. */
    private record Answer(
            @Nullable DeploymentId id,
            @Nullable WatchEndpointsResponse list,
            long readiness,
            @Nullable Throwable failure) {}

    EndpointWatch(
            ControllerLoop loop,
            FeedHub hub,
            ServerCallStreamObserver<WatchEndpointsResponse> call,
            TenantId tenant,
            String idOrName) {
        this.loop = loop;
        this.hub = hub;
        this.call = call;
        this.tenant = tenant;
        this.idOrName = idOrName;
    }

    @Override
    public boolean proceed() {
        if (call.isCancelled() || !takeIn()) {
            return false;
        }
        if (!asked && call.isReady()) {
            stale = stale || hasNews();
            if (stale || doubted) {
                ask(stale);
            }
        }
        return true;
    }

    private boolean hasNews() {
        while (true) {
            PodFeed.News news = hub.feed().after(version, LOOKED_THROUGH_AT_ONCE);
            boolean more = !news.pods().isEmpty();
            version = news.version();
            if (news.lost()) {
                return true;
            }
            for (Pod pod : news.pods()) {
                if (id != null && pod.isMemberOf(id)) {
                    return true;
                }
            }
            if (!more) {
                // The end of a deployment that has no pods changes none of them: once a second that is asked for.
                doubted = doubted || hub.isTick();
                return false;
            }
        }
    }

    private void ask(boolean all) {
        asked = true;
        stale = false;
        doubted = false;
        @Nullable DeploymentId known = id;
        long seen = readiness;
        Answers.whenDone(loop.query(reader -> look(reader, known, all, seen)), (value, failure) -> {
            arrived = value != null ? value : new Answer(null, null, seen, failure);
            hub.wake();
        });
    }

    private Answer look(Reader reader, @Nullable DeploymentId known, boolean all, long seen) {
        long now = reader.progress().readiness();
        Deployment deployment = known == null
                ? DeploymentEndpoint.find(reader, tenant, idOrName)
                : reader.cluster().deployment(known);
        if (deployment == null || (!all && now == seen)) {
            return new Answer(deployment == null ? null : known, null, seen, null);
        }
        return new Answer(
                deployment.id(),
                WatchEndpointsResponse.newBuilder()
                        .addAllEndpoints(DeploymentViews.endpoints(reader, deployment))
                        .setVersion(reader.cluster().version())
                        .build(),
                now,
                null);
    }

    /** Takes the loop's answer; false when it ended the stream. */
    private boolean takeIn() {
        Answer answer = arrived;
        if (answer == null) {
            return true;
        }
        arrived = null;
        asked = false;
        if (answer.failure != null) {
            stale = true;
            if (PodWatch.isTooBusy(answer.failure)) {
                return true;
            }
            call.onError(Refusals.of(answer.failure));
            return false;
        }
        id = answer.id;
        if (id == null) {
            call.onCompleted();
            return false;
        }
        readiness = answer.readiness;
        if (answer.list != null) {
            version = answer.list.getVersion();
            if (last == null || !last.getEndpointsList().equals(answer.list.getEndpointsList())) {
                last = answer.list;
                call.onNext(answer.list);
            }
        }
        return true;
    }
}
