package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.AvoidPodHostRequest;
import dev.berth.proto.v1.AvoidPodHostResponse;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.DeployPodResponse;
import dev.berth.proto.v1.EditPodRequest;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.GetPodLogsRequest;
import dev.berth.proto.v1.GetPodLogsResponse;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.GetPodResponse;
import dev.berth.proto.v1.ListPodEventsRequest;
import dev.berth.proto.v1.ListPodEventsResponse;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodsGrpc;
import dev.berth.proto.v1.SearchPodsRequest;
import dev.berth.proto.v1.SearchPodsResponse;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * berth.v1.Pods. Called on network threads, which it never blocks: it checks, asks the loop, and the loop's thread sends
 * the answer. Reads see what is durable (INV-16).
 */
final class PodEndpoint extends PodsGrpc.PodsImplBase {
    private final ControllerLoop loop;
    private final InstantSource clock;
    private final Ids ids;
    private final PodLists lists;
    private final PodSearch search;
    private final WatchEndpoint watches;
    private final LogEndpoint logs;
    private final ExecEndpoint execs;

    PodEndpoint(
            ControllerLoop loop,
            InstantSource clock,
            Ids ids,
            Executor workers,
            WatchEndpoint watches,
            LogEndpoint logs,
            ExecEndpoint execs) {
        this.loop = loop;
        this.clock = clock;
        this.ids = ids;
        this.lists = new PodLists(loop, workers);
        this.search = new PodSearch(loop, workers);
        this.watches = watches;
        this.logs = logs;
        this.execs = execs;
    }

    @Override
    public void deployPod(DeployPodRequest request, StreamObserver<DeployPodResponse> observer) {
        Caller caller = Caller.current();
        Answers.send(references(request.getSpec()).thenCompose(known -> deploy(request, caller, known)), observer);
    }

    private CompletableFuture<SpecReferences> references(PodSpec spec) {
        return SpecReferences.areNeeded(spec)
                ? loop.query(SpecReferences::of)
                : CompletableFuture.completedFuture(SpecReferences.NONE);
    }

    private CompletableFuture<DeployPodResponse> deploy(DeployPodRequest request, Caller caller, SpecReferences known) {
        return loop.submit(Requests.deploy(request, caller, new PodId(ids.next()), known, clock.millis()))
                .thenCompose(reply -> view(
                        reply,
                        (pod, warnings) -> DeployPodResponse.newBuilder()
                                .setPod(pod)
                                .addAllWarnings(warnings)
                                .build()));
    }

    @Override
    public void getPod(GetPodRequest request, StreamObserver<GetPodResponse> observer) {
        Answers.send(
                onPod(
                        request.getPod(),
                        found -> GetPodResponse.newBuilder()
                                .setPod(Views.pod(found.reader, found.pod))
                                .build()),
                observer);
    }

    @Override
    public void listPods(ListPodsRequest request, StreamObserver<ListPodsResponse> observer) {
        Answers.send(lists.list(ListQuery.of(request, Caller.current())), observer);
    }

    @Override
    public void searchPods(SearchPodsRequest request, StreamObserver<SearchPodsResponse> observer) {
        Answers.send(search.search(request, Caller.current()), observer);
    }

    @Override
    public void pausePod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.PAUSE, observer);
    }

    @Override
    public void runPod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.RUN, observer);
    }

    @Override
    public void terminatePod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.TERMINATE, observer);
    }

    @Override
    public void restartPod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.RESTART, observer);
    }

    @Override
    public void resetPod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.RESET, observer);
    }

    @Override
    public void lockPod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.LOCK, observer);
    }

    @Override
    public void unlockPod(PodActionRequest request, StreamObserver<PodActionResponse> observer) {
        act(request, PodAction.UNLOCK, observer);
    }

    @Override
    public void editPod(EditPodRequest request, StreamObserver<PodActionResponse> observer) {
        Caller caller = Caller.current();
        Answers.send(
                references(request.getSpec())
                        .thenCompose(known -> acted(Requests.edit(request, caller, known, clock.millis()))),
                observer);
    }

    private void act(PodActionRequest request, PodAction action, StreamObserver<PodActionResponse> observer) {
        Answers.send(acted(Requests.act(request, action, Caller.current(), clock.millis())), observer);
    }

    private CompletableFuture<PodActionResponse> acted(Event event) {
        return loop.submit(event)
                .thenCompose(reply -> view(
                        reply,
                        (pod, warnings) -> PodActionResponse.newBuilder()
                                .setPod(pod)
                                .addAllWarnings(warnings)
                                .build()));
    }

    @Override
    public void avoidPodHost(AvoidPodHostRequest request, StreamObserver<AvoidPodHostResponse> observer) {
        Answers.send(
                loop.submit(HostRequests.avoid(request, Caller.current(), clock.millis()))
                        .thenApply(PodEndpoint::avoided),
                observer);
    }

    private static AvoidPodHostResponse avoided(Reply reply) {
        if (reply instanceof Reply.Refused refused) {
            throw Refusals.of(refused);
        }
        if (reply instanceof Reply.AvoidReply(var hostId, long untilMillis)) {
            return AvoidPodHostResponse.newBuilder()
                    .setHostId(hostId.value())
                    .setUntil(TimeProtos.timestamp(untilMillis))
                    .build();
        }
        throw new IllegalStateException("A request to avoid a host was answered by " + reply);
    }

    @Override
    public void listPodEvents(ListPodEventsRequest request, StreamObserver<ListPodEventsResponse> observer) {
        Answers.send(
                onPod(request.getPod(), found -> {
                    ListPodEventsResponse.Builder events = ListPodEventsResponse.newBuilder();
                    found.reader
                            .cluster()
                            .events(found.pod.id())
                            .forEach(event -> events.addEvents(PodProtos.toProto(event)));
                    return events.build();
                }),
                observer);
    }

    @Override
    public void watchPods(WatchPodsRequest request, StreamObserver<WatchPodsResponse> observer) {
        watches.watch(request, Caller.current(), observer);
    }

    @Override
    public void getPodLogs(GetPodLogsRequest request, StreamObserver<GetPodLogsResponse> observer) {
        logs.read(request, Caller.current(), observer);
    }

    @Override
    public StreamObserver<ExecPodRequest> execPod(StreamObserver<ExecPodResponse> observer) {
        return execs.open(Caller.current(), observer);
    }

    private record Found(Reader reader, Pod pod) {}

    private interface Shape<T> {
        T of(dev.berth.proto.v1.Pod pod, List<String> warnings);
    }

    /** The committed answer to a change, shown with what is known at the moment it leaves. */
    private <T> CompletableFuture<T> view(Reply reply, Shape<T> shape) {
        return switch (reply) {
            case Reply.PodReply(Pod pod, List<String> warnings) ->
                loop.query(reader -> shape.of(Views.pod(reader, pod), warnings));
            case Reply.Refused refused -> CompletableFuture.failedFuture(Refusals.of(refused));
            case Reply.None none -> unexpected(none);
            case Reply.DeploymentReply deployment -> unexpected(deployment);
            case Reply.HostReply host -> unexpected(host);
            case Reply.VolumeReply volume -> unexpected(volume);
            case Reply.AvoidReply avoid -> unexpected(avoid);
            case Reply.SessionAccepted accepted -> unexpected(accepted);
            case Reply.Heard heard -> unexpected(heard);
        };
    }

    private static <T> CompletableFuture<T> unexpected(Reply reply) {
        return CompletableFuture.failedFuture(new IllegalStateException("A request of a pod was answered by " + reply));
    }

    private <T> CompletableFuture<T> onPod(String reference, Function<Found, T> question) {
        String idOrName = Requests.pod(reference);
        TenantId tenant = Caller.current().tenant();
        return loop.query(reader -> question.apply(new Found(reader, find(reader, tenant, idOrName))));
    }

    /** Another tenant's pod is refused in the very words of one that does not exist (INV-49). */
    static Pod find(Reader reader, TenantId tenant, String idOrName) {
        return switch (PodLookup.find(reader.cluster(), tenant, idOrName)) {
            case PodLookup.Found(Pod pod) -> pod;
            case PodLookup.NotFound(Reply.Refused refusal) -> throw Refusals.of(refusal);
        };
    }
}
