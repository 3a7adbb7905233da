package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.LoopRefusal;
import dev.berth.controller.loop.PodFeed;
import dev.berth.controller.model.Pod;
import dev.berth.proto.v1.Resync;
import dev.berth.proto.v1.Synced;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One WatchPods stream: snapshot, synced, changes, or resync and end (INV-14). It asks for the next lot only while its
 * client takes messages, so a client that stops reading costs one lot at most. Lives on the thread of {@link FeedHub};
 * answers of the loop come in through one volatile field.
 */
final class PodWatch implements FeedHub.Follower {
    private final ControllerLoop loop;
    private final FeedHub hub;
    private final ServerCallStreamObserver<WatchPodsResponse> call;
    private final WatchQuery query;
    private final Queue<WatchPodsResponse> unsent = new ArrayDeque<>();
    private Phase phase;

    /** Version that the snapshot began at, 0 before; changes after it follow. */
    private long version;

    /** Where {@code version} goes once the changes that were asked for are here. */
    private long versionOfAnswer;

    private @Nullable PodOrder snapshotEnd;
    private boolean asked;
    private volatile @Nullable Answer arrived;

    private enum Phase {
        CHECK,
        SNAPSHOT,
        LIVE,
        LAST_WORD
    }

    private record Answer(
            WatchQuery.@Nullable Lot lot,
            List<WatchPodsResponse> messages,
            @Nullable Throwable failure) {}

    PodWatch(
            ControllerLoop loop,
            FeedHub hub,
            ServerCallStreamObserver<WatchPodsResponse> call,
            WatchQuery query,
            long afterVersion) {
        this.loop = loop;
        this.hub = hub;
        this.call = call;
        this.query = query;
        this.version = afterVersion;
        this.phase = afterVersion > 0 ? Phase.CHECK : Phase.SNAPSHOT;
    }

    @Override
    public boolean proceed() {
        if (call.isCancelled()) {
            return false;
        }
        if (!takeIn()) {
            return false;
        }
        boolean moved = true;
        while (moved) {
            while (call.isReady() && !unsent.isEmpty()) {
                call.onNext(unsent.remove());
            }
            if (!unsent.isEmpty() || asked || !call.isReady()) {
                return true;
            }
            if (phase == Phase.LAST_WORD) {
                call.onCompleted();
                return false;
            }
            moved = ask();
        }
        return true;
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
            if (isTooBusy(answer.failure)) {
                return true;
            }
            call.onError(Refusals.of(answer.failure));
            return false;
        }
        unsent.addAll(answer.messages);
        if (answer.lot != null) {
            query.taken(answer.lot);
            version = version == 0 ? answer.lot.version() : version;
            snapshotEnd = answer.lot.end();
            if (snapshotEnd == null) {
                phase = Phase.LIVE;
                unsent.add(WatchPodsResponse.newBuilder()
                        .setSynced(Synced.newBuilder().setVersion(version))
                        .build());
            }
        } else if (phase == Phase.CHECK) {
            phase = Phase.LIVE;
        } else {
            version = versionOfAnswer;
        }
        return true;
    }

    /** Asks for what comes next; false when there is nothing to do but wait. */
    private boolean ask() {
        return switch (phase) {
            case CHECK -> {
                expect(loop.query(reader -> {
                    query.requirePod(reader);
                    return new Answer(null, List.of(), null);
                }));
                yield true;
            }
            case SNAPSHOT -> {
                @Nullable PodOrder after = snapshotEnd;
                expect(loop.query(reader -> {
                    WatchQuery.Lot lot = query.lot(reader, after);
                    return new Answer(lot, lot.messages(), null);
                }));
                yield true;
            }
            case LIVE -> askForChanges();
            case LAST_WORD -> false;
        };
    }

    private boolean askForChanges() {
        PodFeed.News news = hub.feed().after(version, WatchQuery.SHOWN_PER_LOT);
        if (news.lost()) {
            unsent.add(WatchPodsResponse.newBuilder()
                    .setResync(Resync.newBuilder().setOldestVersion(news.version()))
                    .build());
            phase = Phase.LAST_WORD;
            return true;
        }
        List<Pod> changes = new ArrayList<>();
        for (Pod pod : news.pods()) {
            if (query.wants(pod) && !query.isOld(pod)) {
                changes.add(pod);
            }
        }
        if (changes.isEmpty()) {
            version = news.version();
            return !news.pods().isEmpty();
        }
        versionOfAnswer = news.version();
        expect(loop.query(reader -> new Answer(null, WatchQuery.show(reader, changes), null)));
        return true;
    }

    private void expect(CompletableFuture<Answer> answer) {
        asked = true;
        Answers.whenDone(answer, (value, failure) -> {
            arrived = failure == null ? value : new Answer(null, List.of(), failure);
            hub.wake();
        });
    }

    static boolean isTooBusy(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof LoopRefusal refusal && refusal.kind() == LoopRefusal.Kind.RESOURCE_EXHAUSTED;
    }
}
