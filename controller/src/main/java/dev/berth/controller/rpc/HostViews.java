package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.HostProtos;
import dev.berth.controller.protos.StandingProtos;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.HostReach;
import dev.berth.proto.v1.Unit;
import dev.berth.proto.v1.UnitHealth;
import java.util.HashSet;
import java.util.Set;

/** Hosts as the API shows them. Called within queries, on the loop's thread. */
final class HostViews {
    private HostViews() {}

    static dev.berth.proto.v1.Host host(Reader reader, Host host) {
        UnitShare share = host.inventory().share();
        dev.berth.proto.v1.Host.Builder view = dev.berth.proto.v1.Host.newBuilder()
                .setId(host.id().value())
                .setName(host.name())
                .setRegion(host.region())
                .setLiveness(EnumProtos.toProto(reader.liveness().liveness(host.id(), reader.nowMillis())))
                .setSimulated(host.inventory().simulated())
                .setFacts(HostProtos.toProto(host.inventory().facts()))
                .setUnitCpuHundredths(share.cpuHundredths())
                .setUnitMemoryMib(share.memoryMib())
                .setEnforcedUnitCpuHundredths(share.enforcedCpuHundredths())
                .setEnforcedUnitMemoryMib(share.enforcedMemoryMib())
                .setFreeUnits(reader.cluster().freeUnits(host.id()))
                .addAllWarnings(host.inventory().warnings())
                .setJoinedAt(TimeProtos.timestamp(host.joinedMillis()))
                .setDataCenter(host.place().dataCenter())
                .putAllLabels(host.place().labels())
                .setAvailability(StandingProtos.toProto(host.standing().availability()))
                .setPods(reader.cluster().holders(host.id()).size())
                .setReach(reach(reader, host));
        if (host.standing().deadlineMillis() > 0) {
            view.setDrainDeadline(TimeProtos.timestamp(host.standing().deadlineMillis()));
        }
        host.inventory().links().forEach(link -> view.addLinks(HostProtos.toProto(link)));
        Long contactMillis = reader.liveness().lastContactMillis(host.id());
        if (contactMillis != null) {
            view.setLastContact(TimeProtos.timestamp(contactMillis));
        }
        HostLiveness.Session session = reader.liveness().session(host.id());
        if (session != null) {
            view.setSessionSince(TimeProtos.timestamp(session.sinceMillis()));
        }
        units(reader.cluster(), host, view);
        return view.build();
    }

    private static HostReach reach(Reader reader, Host host) {
        ClusterView cluster = reader.cluster();
        var reach = host.inventory().reach();
        return HostReach.newBuilder()
                .setAdvertiseAddress(reach.advertiseAddress())
                .setFirstPort(reach.firstPort())
                .setLastPort(reach.lastPort())
                .setTakenPorts(cluster.takenPorts(host.id()).size())
                .addAllShares(reach.shares())
                .setDiskGb(reach.diskGb() == 0 ? 0 : host.inventory().allocatableDiskGb())
                .setClaimedDiskGb(
                        cluster.claimedDiskGb(host.id()) - reader.sightings().unusedTrashGb(cluster, host.id()))
                .build();
    }

    static boolean isReady(Reader reader, Host host) {
        return reader.liveness().liveness(host.id(), reader.nowMillis()) == Liveness.READY;
    }

    private static void units(ClusterView cluster, Host host, dev.berth.proto.v1.Host.Builder view) {
        Set<String> reported = new HashSet<>();
        for (UnitFacts unit : host.inventory().units()) {
            reported.add(unit.id());
            warnOfOthers(cluster, host, unit.id(), view);
            PodId holder = cluster.holder(host.id(), unit.id());
            view.addUnits(Unit.newBuilder()
                    .setId(unit.id())
                    .setGpuModel(unit.gpuModel())
                    .setVramMib(unit.vramMib())
                    .setMinor(unit.minor())
                    .setCpuAffinity(unit.cpuAffinity())
                    .setPodId(holder == null ? "" : holder.value())
                    .setHealth(UnitHealth.HEALTHY)
                    .setCpuHundredths(unit.share().cpuHundredths())
                    .setMemoryMib(unit.share().memoryMib())
                    .setNumaNode(unit.numaNode()));
        }
        for (Assignment assignment : cluster.assignments(host.id())) {
            Pod pod = cluster.pod(assignment.podId());
            if (pod != null && host.id().equals(pod.placement().hostId())) {
                missingUnits(pod, reported, view);
            }
        }
    }

    private static void warnOfOthers(
            ClusterView cluster, Host host, String unitId, dev.berth.proto.v1.Host.Builder view) {
        HostId holding = cluster.heldElsewhere(host.id(), unitId);
        if (holding != null) {
            view.addWarnings("GPU " + unitId + " is held by a pod on host " + name(cluster, holding)
                    + " and is not offered here until that pod gives it up. If the card was moved for good, end the"
                    + " pod, or give that host up.");
            return;
        }
        for (HostId other : cluster.alsoReporting(host.id(), unitId)) {
            view.addWarnings("GPU " + unitId + " is also reported by host " + name(cluster, other)
                    + ": only one of the two hosts can have it.");
        }
    }

    private static String name(ClusterView cluster, HostId hostId) {
        Host host = cluster.host(hostId);
        return host == null ? hostId.value() : host.name();
    }

    /** Units that a pod holds though the host no longer reports them. */
    private static void missingUnits(Pod pod, Set<String> reported, dev.berth.proto.v1.Host.Builder view) {
        Grant grant = pod.placement().grant();
        if (grant == null) {
            return;
        }
        for (String unitId : grant.unitIds()) {
            if (!reported.contains(unitId)) {
                view.addUnits(Unit.newBuilder()
                        .setId(unitId)
                        .setGpuModel(grant.gpuModel())
                        .setPodId(pod.id().value())
                        .setNumaNode(-1)
                        .setHealth(UnitHealth.MISSING));
            }
        }
    }
}
