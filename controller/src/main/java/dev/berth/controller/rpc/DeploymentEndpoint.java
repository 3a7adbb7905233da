package dev.berth.controller.rpc;

import dev.berth.controller.cluster.DeploymentLookup;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.DeploymentProtos;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.CreateDeploymentResponse;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentActionRequest;
import dev.berth.proto.v1.DeploymentActionResponse;
import dev.berth.proto.v1.DeploymentsGrpc;
import dev.berth.proto.v1.GetDeploymentRequest;
import dev.berth.proto.v1.GetDeploymentResponse;
import dev.berth.proto.v1.ListDeploymentEventsRequest;
import dev.berth.proto.v1.ListDeploymentEventsResponse;
import dev.berth.proto.v1.ListDeploymentsRequest;
import dev.berth.proto.v1.ListDeploymentsResponse;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ScaleDeploymentRequest;
import dev.berth.proto.v1.StopDeploymentPodRequest;
import dev.berth.proto.v1.UpdateDeploymentRequest;
import dev.berth.proto.v1.WatchEndpointsRequest;
import dev.berth.proto.v1.WatchEndpointsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * berth.v1.Deployments. Called on network threads, which it never blocks: it checks, asks the loop, and the loop's
 * thread sends the answer.
 */
final class DeploymentEndpoint extends DeploymentsGrpc.DeploymentsImplBase {
    private final ControllerLoop loop;
    private final InstantSource clock;
    private final Ids ids;
    private final FeedHub hub;

    DeploymentEndpoint(ControllerLoop loop, InstantSource clock, Ids ids, FeedHub hub) {
        this.loop = loop;
        this.clock = clock;
        this.ids = ids;
        this.hub = hub;
    }

    @Override
    public void createDeployment(CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> observer) {
        Caller caller = Caller.current();
        Answers.send(
                references(request.getSpec().getTemplate())
                        .thenCompose(known -> submit(
                                DeploymentRequests.create(
                                        request, caller, new DeploymentId(ids.next()), known, clock.millis()),
                                (deployment, warnings) -> CreateDeploymentResponse.newBuilder()
                                        .setDeployment(deployment)
                                        .addAllWarnings(warnings)
                                        .build(),
                                CreateDeploymentResponse.getDefaultInstance())),
                observer);
    }

    private CompletableFuture<SpecReferences> references(PodSpec template) {
        return SpecReferences.areNeeded(template)
                ? loop.query(SpecReferences::of)
                : CompletableFuture.completedFuture(SpecReferences.NONE);
    }

    @Override
    public void getDeployment(GetDeploymentRequest request, StreamObserver<GetDeploymentResponse> observer) {
        Answers.send(
                onDeployment(
                        request.getDeployment(),
                        found -> GetDeploymentResponse.newBuilder()
                                .setDeployment(
                                        DeploymentViews.deployment(found.reader, loop.timings(), found.deployment))
                                .build()),
                observer);
    }

    @Override
    public void listDeployments(ListDeploymentsRequest request, StreamObserver<ListDeploymentsResponse> observer) {
        DeploymentQuery query = DeploymentQuery.of(request, Caller.current());
        Answers.send(loop.query(reader -> query.answer(reader, loop.timings())), observer);
    }

    @Override
    public void scaleDeployment(ScaleDeploymentRequest request, StreamObserver<DeploymentActionResponse> observer) {
        act(DeploymentRequests.scale(request, Caller.current(), clock.millis()), observer);
    }

    @Override
    public void updateDeployment(UpdateDeploymentRequest request, StreamObserver<DeploymentActionResponse> observer) {
        Caller caller = Caller.current();
        Answers.send(
                references(request.getTemplate())
                        .thenCompose(known -> acted(DeploymentRequests.update(request, caller, known, clock.millis()))),
                observer);
    }

    @Override
    public void stopDeployment(DeploymentActionRequest request, StreamObserver<DeploymentActionResponse> observer) {
        act(DeploymentRequests.end(request, Caller.current(), false, clock.millis()), observer);
    }

    @Override
    public void deleteDeployment(DeploymentActionRequest request, StreamObserver<DeploymentActionResponse> observer) {
        act(DeploymentRequests.end(request, Caller.current(), true, clock.millis()), observer);
    }

    @Override
    public void stopDeploymentPod(StopDeploymentPodRequest request, StreamObserver<DeploymentActionResponse> observer) {
        act(DeploymentRequests.stopPod(request, Caller.current(), clock.millis()), observer);
    }

    @Override
    public void listDeploymentEvents(
            ListDeploymentEventsRequest request, StreamObserver<ListDeploymentEventsResponse> observer) {
        Answers.send(
                onDeployment(request.getDeployment(), found -> {
                    ListDeploymentEventsResponse.Builder events = ListDeploymentEventsResponse.newBuilder();
                    found.reader
                            .cluster()
                            .deploymentEvents(found.deployment.id())
                            .forEach(event -> events.addEvents(DeploymentProtos.toProto(event)));
                    return events.build();
                }),
                observer);
    }

    @Override
    public void watchEndpoints(WatchEndpointsRequest request, StreamObserver<WatchEndpointsResponse> observer) {
        String idOrName = DeploymentRequests.deployment(request.getDeployment());
        ServerCallStreamObserver<WatchEndpointsResponse> call =
                (ServerCallStreamObserver<WatchEndpointsResponse>) observer;
        call.setOnCancelHandler(hub::wake);
        call.setOnReadyHandler(hub::wake);
        if (!hub.add(new EndpointWatch(loop, hub, call, Caller.current().tenant(), idOrName))) {
            throw Refusals.status(
                    Status.RESOURCE_EXHAUSTED,
                    FeedHub.MAX_FOLLOWERS + " streams follow the pods already; close one, or try again later.");
        }
    }

    private interface Shape<T> {
        T of(Deployment deployment, List<String> warnings);
    }

    private void act(Event event, StreamObserver<DeploymentActionResponse> observer) {
        Answers.send(acted(event), observer);
    }

    private CompletableFuture<DeploymentActionResponse> acted(Event event) {
        return submit(
                event,
                (deployment, warnings) -> DeploymentActionResponse.newBuilder()
                        .setDeployment(deployment)
                        .build(),
                DeploymentActionResponse.getDefaultInstance());
    }

    /** {@code gone}: the answer to the repeat of a request whose deployment was deleted since. */
    private <T> CompletableFuture<T> submit(Event event, Shape<T> shape, T gone) {
        return loop.submit(event).thenCompose(reply -> switch (reply) {
            case Reply.DeploymentReply(var deployment, List<String> warnings) ->
                loop.query(
                        reader -> shape.of(DeploymentViews.deployment(reader, loop.timings(), deployment), warnings));
            case Reply.None _ -> CompletableFuture.completedFuture(gone);
            case Reply.Refused refused -> CompletableFuture.failedFuture(Refusals.of(refused));
            case Reply.PodReply pod -> unexpected(pod);
            case Reply.HostReply host -> unexpected(host);
            case Reply.VolumeReply volume -> unexpected(volume);
            case Reply.AvoidReply avoid -> unexpected(avoid);
            case Reply.SessionAccepted accepted -> unexpected(accepted);
            case Reply.Heard heard -> unexpected(heard);
        });
    }

    private static <T> CompletableFuture<T> unexpected(Reply reply) {
        return CompletableFuture.failedFuture(
                new IllegalStateException("A request of a deployment was answered by " + reply));
    }

    private record Found(Reader reader, dev.berth.controller.model.Deployment deployment) {}

    private <T> CompletableFuture<T> onDeployment(String reference, Function<Found, T> question) {
        String idOrName = DeploymentRequests.deployment(reference);
        TenantId tenant = Caller.current().tenant();
        return loop.query(reader -> question.apply(new Found(reader, find(reader, tenant, idOrName))));
    }

    /** Another tenant's deployment is refused in the very words of one that does not exist (INV-49). */
    static dev.berth.controller.model.Deployment find(Reader reader, TenantId tenant, String idOrName) {
        dev.berth.controller.model.Deployment found = DeploymentLookup.find(reader.cluster(), tenant, idOrName);
        if (found == null) {
            throw Refusals.of(DeploymentLookup.notFound(idOrName));
        }
        return found;
    }
}
