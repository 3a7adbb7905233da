package dev.berth.controller.rpc;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuModel;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.UnitFacts;
import dev.berth.proto.v1.CatalogueGrpc;
import dev.berth.proto.v1.ListGpuModelsRequest;
import dev.berth.proto.v1.ListGpuModelsResponse;
import io.grpc.stub.StreamObserver;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** berth.v1.Catalogue: listed models, and those that only a host's driver names. Called on network threads. */
final class CatalogueEndpoint extends CatalogueGrpc.CatalogueImplBase {
    private final ControllerLoop loop;

    CatalogueEndpoint(ControllerLoop loop) {
        this.loop = loop;
    }

    @Override
    public void listGpuModels(ListGpuModelsRequest request, StreamObserver<ListGpuModelsResponse> observer) {
        Answers.send(loop.query(CatalogueEndpoint::models), observer);
    }

    static Set<String> fleetModels(Reader reader) {
        Set<String> models = new TreeSet<>();
        for (Host host : reader.cluster().hosts()) {
            host.inventory().units().forEach(unit -> models.add(unit.gpuModel()));
        }
        return models;
    }

    private static ListGpuModelsResponse models(Reader reader) {
        NavigableMap<String, dev.berth.proto.v1.GpuModel.Builder> byName = new TreeMap<>();
        for (GpuModel model : GpuCatalogue.models()) {
            byName.put(model.name(), view(model));
        }
        for (Host host : reader.cluster().hosts()) {
            boolean ready = HostViews.isReady(reader, host);
            for (UnitFacts unit : host.inventory().units()) {
                dev.berth.proto.v1.GpuModel.Builder view =
                        byName.computeIfAbsent(unit.gpuModel(), name -> unlisted(name, unit));
                view.setTotalUnits(view.getTotalUnits() + 1);
                if (ready && reader.cluster().holder(host.id(), unit.id()) == null) {
                    view.setIdleUnits(view.getIdleUnits() + 1);
                }
            }
        }
        ListGpuModelsResponse.Builder models = ListGpuModelsResponse.newBuilder();
        byName.values().forEach(models::addModels);
        return models.build();
    }

    private static dev.berth.proto.v1.GpuModel.Builder view(GpuModel model) {
        return dev.berth.proto.v1.GpuModel.newBuilder()
                .setName(model.name())
                .addAllAliases(model.aliases())
                .setVramGb(model.vramGb())
                .setArchitecture(model.architecture())
                .setCudaCores(model.cudaCores())
                .setOnDemandMicros(model.onDemandMicros())
                .setSpotMicros(model.spotMicros());
    }

    private static dev.berth.proto.v1.GpuModel.Builder unlisted(String name, UnitFacts unit) {
        return dev.berth.proto.v1.GpuModel.newBuilder().setName(name).setVramGb((unit.vramMib() + 512) / 1024);
    }
}
