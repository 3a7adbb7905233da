package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.protos.StandingProtos;
import dev.berth.proto.v1.DrainHostRequest;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.GetHostResponse;
import dev.berth.proto.v1.HostActionRequest;
import dev.berth.proto.v1.HostActionResponse;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.ListHostEventsRequest;
import dev.berth.proto.v1.ListHostEventsResponse;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.ListHostsResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** berth.v1.Hosts. Called on network threads; the loop answers. */
final class HostEndpoint extends HostsGrpc.HostsImplBase {
    private final ControllerLoop loop;
    private final InstantSource clock;

    HostEndpoint(ControllerLoop loop, InstantSource clock) {
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
        Answers.send(
                loop.query(reader -> {
                    List<Host> byName = new ArrayList<>(reader.cluster().hosts());
                    byName.sort(Comparator.comparing(Host::name));
                    ListHostsResponse.Builder hosts = ListHostsResponse.newBuilder();
                    byName.forEach(host -> hosts.addHosts(HostViews.host(reader, host)));
                    return hosts.addAllWarnings(reader.liveness().warnings()).build();
                }),
                observer);
    }

    @Override
    public void getHost(GetHostRequest request, StreamObserver<GetHostResponse> observer) {
        String idOrName = HostRequests.host(request.getHost());
        Answers.send(
                loop.query(reader -> GetHostResponse.newBuilder()
                        .setHost(HostViews.host(reader, find(reader, idOrName)))
                        .build()),
                observer);
    }

    @Override
    public void cordonHost(HostActionRequest request, StreamObserver<HostActionResponse> observer) {
        act(request, HostAction.CORDON, observer);
    }

    @Override
    public void uncordonHost(HostActionRequest request, StreamObserver<HostActionResponse> observer) {
        act(request, HostAction.UNCORDON, observer);
    }

    @Override
    public void maintainHost(HostActionRequest request, StreamObserver<HostActionResponse> observer) {
        act(request, HostAction.MAINTAIN, observer);
    }

    @Override
    public void giveUpHost(HostActionRequest request, StreamObserver<HostActionResponse> observer) {
        act(request, HostAction.GIVE_UP, observer);
    }

    @Override
    public void drainHost(DrainHostRequest request, StreamObserver<HostActionResponse> observer) {
        submit(HostRequests.drain(request, Caller.current(), clock.millis()), observer);
    }

    private void act(HostActionRequest request, HostAction action, StreamObserver<HostActionResponse> observer) {
        submit(HostRequests.act(request, action, Caller.current(), clock.millis()), observer);
    }

    private void submit(Event.HostActed event, StreamObserver<HostActionResponse> observer) {
        Answers.send(loop.submit(event).thenCompose(this::view), observer);
    }

    @Override
    public void listHostEvents(ListHostEventsRequest request, StreamObserver<ListHostEventsResponse> observer) {
        String idOrName = HostRequests.host(request.getHost());
        Answers.send(
                loop.query(reader -> {
                    ListHostEventsResponse.Builder events = ListHostEventsResponse.newBuilder();
                    reader.cluster()
                            .hostEvents(find(reader, idOrName).id())
                            .forEach(event -> events.addEvents(StandingProtos.toProto(event)));
                    return events.build();
                }),
                observer);
    }

    private static Host find(Reader reader, String idOrName) {
        return reader.cluster()
                .hostNamed(idOrName)
                .orElseThrow(
                        () -> Refusals.status(Status.NOT_FOUND, "no host has the id or name \"" + idOrName + "\"."));
    }

    private CompletableFuture<HostActionResponse> view(Reply reply) {
        return switch (reply) {
            case Reply.HostReply(Host host) ->
                loop.query(reader -> HostActionResponse.newBuilder()
                        .setHost(HostViews.host(reader, host))
                        .build());
            case Reply.Refused refused -> CompletableFuture.failedFuture(Refusals.of(refused));
            case Reply.None none -> unexpected(none);
            case Reply.PodReply pod -> unexpected(pod);
            case Reply.DeploymentReply deployment -> unexpected(deployment);
            case Reply.VolumeReply volume -> unexpected(volume);
            case Reply.AvoidReply avoid -> unexpected(avoid);
            case Reply.SessionAccepted accepted -> unexpected(accepted);
            case Reply.Heard heard -> unexpected(heard);
        };
    }

    private static CompletableFuture<HostActionResponse> unexpected(Reply reply) {
        return CompletableFuture.failedFuture(
                new IllegalStateException("A request of a host was answered by " + reply));
    }
}
