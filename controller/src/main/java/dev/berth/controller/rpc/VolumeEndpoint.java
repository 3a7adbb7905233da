package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.VolumeLookup;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.proto.v1.CreateVolumeRequest;
import dev.berth.proto.v1.CreateVolumeResponse;
import dev.berth.proto.v1.GetVolumeRequest;
import dev.berth.proto.v1.GetVolumeResponse;
import dev.berth.proto.v1.ListVolumesRequest;
import dev.berth.proto.v1.ListVolumesResponse;
import dev.berth.proto.v1.ResizeVolumeRequest;
import dev.berth.proto.v1.RestoreVolumeRequest;
import dev.berth.proto.v1.VolumeActionRequest;
import dev.berth.proto.v1.VolumeActionResponse;
import dev.berth.proto.v1.VolumesGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * berth.v1.Volumes. Called on network threads, which it never blocks: it checks, asks the loop, and the loop's thread
 * sends the answer. The only callers there are now are administrators.
 */
final class VolumeEndpoint extends VolumesGrpc.VolumesImplBase {
    private final ControllerLoop loop;
    private final InstantSource clock;
    private final Ids ids;

    VolumeEndpoint(ControllerLoop loop, InstantSource clock, Ids ids) {
        this.loop = loop;
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public void createVolume(CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> observer) {
        VolumeId id = new VolumeId(ids.next());
        Answers.send(
                submit(
                        VolumeRequests.create(request, Caller.current(), id, clock.millis()),
                        volume -> CreateVolumeResponse.newBuilder()
                                .setVolume(volume)
                                .build()),
                observer);
    }

    @Override
    public void getVolume(GetVolumeRequest request, StreamObserver<GetVolumeResponse> observer) {
        String idOrName = VolumeRequests.volume(request.getVolume());
        TenantId tenant = Caller.current().tenant();
        Answers.send(
                loop.query(reader -> GetVolumeResponse.newBuilder()
                        .setVolume(view(reader, find(reader, tenant, idOrName)))
                        .build()),
                observer);
    }

    @Override
    public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> observer) {
        VolumeQuery query = VolumeQuery.of(request, Caller.current());
        Answers.send(loop.query(reader -> list(reader, query)), observer);
    }

    private ListVolumesResponse list(Reader reader, VolumeQuery query) {
        PodId podId = query.pod().isEmpty()
                ? null
                : PodEndpoint.find(reader, query.tenant(), query.pod()).id();
        Host host = query.host().isEmpty() ? null : host(reader, query.host());
        List<Volume> found = query.found(reader, podId, host == null ? null : host.id());
        List<Volume> shown =
                found.subList(0, Math.min(found.size(), query.page().size()));
        ListVolumesResponse.Builder page = ListVolumesResponse.newBuilder();
        shown.forEach(volume -> page.addVolumes(view(reader, volume)));
        if (found.size() > shown.size()) {
            Volume last = shown.getLast();
            page.setNextPageToken(
                    query.page().tokenAfter(last.createdMillis(), last.id().value()));
        }
        if (query.showsUnknown()) {
            Collection<HostId> hosts = host == null ? reader.sightings().hostsWithUnknown() : List.of(host.id());
            hosts.forEach(hostId -> unknown(reader, hostId, page));
        }
        return page.build();
    }

    private static void unknown(Reader reader, HostId hostId, ListVolumesResponse.Builder page) {
        Host host = reader.cluster().host(hostId);
        if (host != null) {
            reader.sightings().unknownOn(hostId).forEach(seen -> page.addUnknown(VolumeViews.unknown(host, seen)));
        }
    }

    @Override
    public void resizeVolume(ResizeVolumeRequest request, StreamObserver<VolumeActionResponse> observer) {
        act(VolumeRequests.resize(request, Caller.current(), clock.millis()), observer);
    }

    @Override
    public void deleteVolume(VolumeActionRequest request, StreamObserver<VolumeActionResponse> observer) {
        act(VolumeRequests.delete(request, Caller.current(), clock.millis()), observer);
    }

    @Override
    public void restoreVolume(RestoreVolumeRequest request, StreamObserver<VolumeActionResponse> observer) {
        act(VolumeRequests.restore(request, Caller.current(), clock.millis()), observer);
    }

    private void act(Event event, StreamObserver<VolumeActionResponse> observer) {
        Answers.send(
                submit(
                        event,
                        volume -> VolumeActionResponse.newBuilder()
                                .setVolume(volume)
                                .build()),
                observer);
    }

    private <T> CompletableFuture<T> submit(Event event, Function<dev.berth.proto.v1.Volume, T> shape) {
        return loop.submit(event).thenCompose(reply -> switch (reply) {
            case Reply.VolumeReply(Volume volume) -> loop.query(reader -> shape.apply(view(reader, volume)));
            case Reply.Refused refused -> CompletableFuture.failedFuture(Refusals.of(refused));
            case Reply.None none -> unexpected(none);
            case Reply.PodReply pod -> unexpected(pod);
            case Reply.DeploymentReply deployment -> unexpected(deployment);
            case Reply.HostReply host -> unexpected(host);
            case Reply.AvoidReply avoid -> unexpected(avoid);
            case Reply.SessionAccepted accepted -> unexpected(accepted);
            case Reply.Heard heard -> unexpected(heard);
        });
    }

    private static <T> CompletableFuture<T> unexpected(Reply reply) {
        return CompletableFuture.failedFuture(
                new IllegalStateException("A request of a volume was answered by " + reply));
    }

    private dev.berth.proto.v1.Volume view(Reader reader, Volume volume) {
        return VolumeViews.volume(reader, volume, loop.timings().trashMillis());
    }

    /** Another tenant's volume is refused in the very words of one that does not exist (INV-49). */
    private static Volume find(Reader reader, TenantId tenant, String idOrName) {
        @Nullable Volume found = VolumeLookup.find(reader.cluster(), tenant, idOrName);
        if (found == null) {
            throw Refusals.of(VolumeLookup.notFound(idOrName));
        }
        return found;
    }

    private static Host host(Reader reader, String idOrName) {
        return reader.cluster()
                .hostNamed(idOrName)
                .orElseThrow(
                        () -> Refusals.status(Status.NOT_FOUND, "no host has the id or name \"" + idOrName + "\"."));
    }
}
