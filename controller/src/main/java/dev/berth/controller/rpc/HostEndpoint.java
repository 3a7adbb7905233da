package dev.berth.controller.rpc;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.model.Host;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.GetHostResponse;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.ListHostsResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** berth.v1.Hosts. Called on network threads; the loop answers. */
final class HostEndpoint extends HostsGrpc.HostsImplBase {
    private final ControllerLoop loop;

    HostEndpoint(ControllerLoop loop) {
        this.loop = loop;
    }

    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
        Answers.send(
                loop.query(reader -> {
                    List<Host> byName = new ArrayList<>(reader.cluster().hosts());
                    byName.sort(Comparator.comparing(Host::name));
                    ListHostsResponse.Builder hosts = ListHostsResponse.newBuilder();
                    byName.forEach(host -> hosts.addHosts(HostViews.host(reader, host)));
                    return hosts.build();
                }),
                observer);
    }

    @Override
    public void getHost(GetHostRequest request, StreamObserver<GetHostResponse> observer) {
        Violations violations = new Violations();
        SpecCheck.name(request.getHost(), "host", violations);
        violations.throwIfAny();
        Answers.send(
                loop.query(reader -> reader.cluster()
                        .hostNamed(request.getHost())
                        .map(host -> GetHostResponse.newBuilder()
                                .setHost(HostViews.host(reader, host))
                                .build())
                        .orElseThrow(() -> Refusals.status(
                                Status.NOT_FOUND, "no host has the id or name \"" + request.getHost() + "\"."))),
                observer);
    }
}
