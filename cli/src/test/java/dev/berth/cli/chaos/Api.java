package dev.berth.cli.chaos;

import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodView;
import dev.berth.proto.v1.PodsGrpc;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls to the controller, made again while it is away: every changing one bears its key. Any thread. */
final class Api implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<Status.Code> NOT_ANSWERED =
            Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED);
    private static final long CALL_LIMIT_MILLIS = 5_000;
    private static final long AGAIN_AFTER_MILLIS = 50;
    private static final int PAGE = 1_000;

    /** How long the controller may be away between two kills: its start, and others' load on the machine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What came of a call. */
    sealed interface Answer<A> {
        record Done<A>(A value) implements Answer<A> {}

        /** Answered with a refusal: nothing was changed. */
        record Refused<A>(Status status) implements Answer<A> {}

        /** Not answered: it took effect wholly or not at all, and the same key tells which. */
        record Unanswered<A>(Status status) implements Answer<A> {}
    }

    private final ManagedChannel channel;

    Api(int port, String token) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        channel = OkHttpChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .disableRetry()
                .disableServiceConfigLookUp()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .build();
    }

    /** Asks until there is an answer, for as long as the patience lasts. */
    <A> Answer<A> pods(Duration patience, Function<PodsBlockingStub, A> call) {
        return ask(
                patience,
                () -> call.apply(
                        PodsGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_LIMIT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    List<Host> hosts() {
        return valueOf(ask(
                PATIENCE,
                () -> HostsGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                        .listHosts(ListHostsRequest.getDefaultInstance())
                        .getHostsList()));
    }

    /** Every pod that there is, ended or not. */
    List<Pod> allPods() {
        List<Pod> all = new ArrayList<>();
        for (PodView view : List.of(PodView.IN_PROGRESS, PodView.HISTORY)) {
            ListPodsRequest.Builder request =
                    ListPodsRequest.newBuilder().setView(view).setPageSize(PAGE);
            do {
                ListPodsRequest asked = request.build();
                ListPodsResponse page = valueOf(pods(PATIENCE, stub -> stub.listPods(asked)));
                all.addAll(page.getPodsList());
                request.setPageToken(page.getNextPageToken());
            } while (!request.getPageToken().isEmpty());
        }
        return all;
    }

    static <A> A valueOf(Answer<A> answer) {
        return switch (answer) {
            case Answer.Done<A>(A value) -> value;
            case Answer.Refused<A>(Status status) -> throw new AssertionError("the controller refuses: " + status);
            case Answer.Unanswered<A>(Status status) ->
                throw new AssertionError("the controller has been away for " + PATIENCE.toSeconds() + " s: " + status);
        };
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private <A> Answer<A> ask(Duration patience, Supplier<A> call) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return new Answer.Done<>(call.get());
            } catch (StatusRuntimeException e) {
                if (!NOT_ANSWERED.contains(e.getStatus().getCode())) {
                    return new Answer.Refused<>(e.getStatus());
                }
                if (System.nanoTime() > deadlineNanos) {
                    return new Answer.Unanswered<>(e.getStatus());
                }
            }
            pause(AGAIN_AFTER_MILLIS);
            channel.resetConnectBackoff();
        }
    }

    private static void pause(long millis) {
        try {
            boolean counted = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            assert !counted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted between two calls", e);
        }
    }
}
