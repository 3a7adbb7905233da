package dev.berth.controller.rpc;

import com.google.protobuf.Message;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.scheduling.HostVerdict;
import dev.berth.controller.scheduling.Outlook;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Search;
import dev.berth.controller.scheduling.Stock;
import dev.berth.controller.scheduling.Unplaceable;
import dev.berth.proto.v1.ExplainPlacementRequest;
import dev.berth.proto.v1.ExplainPlacementResponse;
import dev.berth.proto.v1.GetStockRequest;
import dev.berth.proto.v1.GetStockResponse;
import dev.berth.proto.v1.PlacementGrpc;
import dev.berth.proto.v1.SimulatePlacementRequest;
import dev.berth.proto.v1.SimulatePlacementResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * berth.v1.Placement: what would happen, without making it happen. Called on network threads; the loop answers from its
 * index, workers make messages of it, for a fleet's worth of verdicts is long.
 */
final class PlacementEndpoint extends PlacementGrpc.PlacementImplBase {
    private final ControllerLoop loop;
    private final Executor workers;

    PlacementEndpoint(ControllerLoop loop, Executor workers) {
        this.loop = loop;
        this.workers = workers;
    }

    private record Explained(
            List<HostVerdict> hosts, @Nullable Place chosen, Unplaceable why) {}

    @Override
    public void explainPlacement(ExplainPlacementRequest request, StreamObserver<ExplainPlacementResponse> observer) {
        Caller caller = Caller.current();
        PlacementQuery.check(request);
        answer(
                reader -> {
                    Outlook outlook = reader.outlook();
                    Search search = request.hasSpec()
                            ? outlook.search(
                                    caller.tenant(),
                                    PlacementQuery.spec(
                                            request.getSpec(), CatalogueEndpoint.fleetModels(reader), "spec"),
                                    reader.nowMillis())
                            : outlook.search(podOf(reader, caller, request.getPod()), reader.nowMillis());
                    return new Explained(
                            outlook.verdicts(search), outlook.place(search).orElse(null), outlook.explain(search));
                },
                explained -> PlacementViews.explained(explained.hosts, explained.chosen, explained.why),
                observer);
    }

    private static Pod podOf(Reader reader, Caller caller, String idOrName) {
        return switch (PodLookup.find(reader.cluster(), caller.tenant(), idOrName)) {
            case PodLookup.Found(var pod) -> pod;
            case PodLookup.NotFound(var refusal) -> throw Refusals.of(refusal);
        };
    }

    @Override
    public void simulatePlacement(
            SimulatePlacementRequest request, StreamObserver<SimulatePlacementResponse> observer) {
        Caller caller = Caller.current();
        PlacementQuery.check(request);
        answer(
                reader -> {
                    Set<String> models = CatalogueEndpoint.fleetModels(reader);
                    List<Search> searches = new ArrayList<>(request.getSpecsCount());
                    for (int i = 0; i < request.getSpecsCount(); i++) {
                        PodSpec spec = PlacementQuery.spec(request.getSpecs(i), models, "specs[" + i + "]");
                        searches.add(reader.outlook().search(caller.tenant(), spec, reader.nowMillis()));
                    }
                    return reader.outlook().simulate(searches, reader.nowMillis());
                },
                PlacementViews::simulated,
                observer);
    }

    @Override
    public void getStock(GetStockRequest request, StreamObserver<GetStockResponse> observer) {
        PlacementQuery.check(request);
        answer(
                reader -> {
                    String model = PlacementQuery.model(request.getGpuModel(), CatalogueEndpoint.fleetModels(reader));
                    List<Stock> stock = new ArrayList<>(reader.outlook().stock());
                    stock.removeIf(each -> (!model.isEmpty() && !each.gpuModel().equals(model))
                            || (!request.getRegion().isEmpty() && !each.region().equals(request.getRegion())));
                    return stock;
                },
                PlacementViews::stock,
                observer);
    }

    private <T, A extends Message> void answer(
            Function<Reader, T> question, Function<T, A> view, StreamObserver<A> observer) {
        Answers.send(loop.query(question).thenApplyAsync(view, workers), observer);
    }
}
