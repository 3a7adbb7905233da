package dev.berth.controller.rpc;

import dev.berth.controller.model.PodId;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.scheduling.HostVerdict;
import dev.berth.controller.scheduling.Outlook;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Unplaceable;
import dev.berth.proto.v1.Block;
import dev.berth.proto.v1.ExplainPlacementResponse;
import dev.berth.proto.v1.GetStockResponse;
import dev.berth.proto.v1.SimulatePlacementResponse;
import dev.berth.proto.v1.SimulatedPlace;
import dev.berth.proto.v1.Stock;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Placement as the API shows it. Pure; any thread. */
final class PlacementViews {
    private PlacementViews() {}

    static ExplainPlacementResponse explained(List<HostVerdict> hosts, @Nullable Place chosen, Unplaceable why) {
        ExplainPlacementResponse.Builder view = ExplainPlacementResponse.newBuilder()
                .setEverPossible(why.everPossible())
                .setSummary(summary(chosen, why));
        if (chosen != null) {
            view.setChosenHostId(chosen.host().id().value());
        }
        hosts.stream()
                .sorted(Comparator.comparing(HostVerdict::hostName).thenComparing(HostVerdict::hostId))
                .forEach(host -> view.addHosts(verdict(host)));
        return view.build();
    }

    private static String summary(@Nullable Place chosen, Unplaceable why) {
        return chosen == null
                ? why.explain()
                : "host " + chosen.host().name() + " would give "
                        + chosen.grant().unitIds().size() + " x "
                        + chosen.grant().gpuModel();
    }

    private static dev.berth.proto.v1.HostVerdict verdict(HostVerdict host) {
        dev.berth.proto.v1.HostVerdict.Builder view = dev.berth.proto.v1.HostVerdict.newBuilder()
                .setHostId(host.hostId().value())
                .setHostName(host.hostName())
                .setMessage(host.message())
                .setFreeUnits(host.freeUnits());
        if (host.rule() != null) {
            view.setRule(host.rule().name());
        }
        return view.build();
    }

    static SimulatePlacementResponse simulated(List<Outlook.Simulated> places) {
        SimulatePlacementResponse.Builder view = SimulatePlacementResponse.newBuilder();
        for (Outlook.Simulated simulated : places) {
            SimulatedPlace.Builder one = view.addPlacesBuilder().setSummary(simulated.summary());
            Place place = simulated.place();
            if (place != null) {
                one.setHostId(place.host().id().value())
                        .setHostName(place.host().name())
                        .setGrant(PodProtos.toProto(place.grant()))
                        .setGpuHourMicros(place.gpuHourMicros());
            }
            simulated.preempted().stream().map(PodId::value).forEach(one::addPreemptedPodIds);
        }
        return view.build();
    }

    static GetStockResponse stock(List<dev.berth.controller.scheduling.Stock> stock) {
        GetStockResponse.Builder view = GetStockResponse.newBuilder();
        for (dev.berth.controller.scheduling.Stock each : stock) {
            Stock.Builder one = view.addStockBuilder()
                    .setRegion(each.region())
                    .setGpuModel(each.gpuModel())
                    .setTotalUnits(each.totalUnits())
                    .setIdleUnits(each.idleUnits());
            each.hostsByBlock()
                    .forEach((units, hosts) ->
                            one.addBlocks(Block.newBuilder().setUnits(units).setHosts(hosts)));
        }
        return view.build();
    }
}
