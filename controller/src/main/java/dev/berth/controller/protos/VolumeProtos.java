package dev.berth.controller.protos;

import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import dev.berth.proto.agent.v1.CopyKey;
import dev.berth.proto.agent.v1.Reach;
import java.util.List;

/** Words of volumes, ports and a host's reach and their protos, both ways, for store and rpc. Pure. */
public final class VolumeProtos {
    private VolumeProtos() {}

    public static dev.berth.proto.v1.VolumeKind toProto(VolumeKind kind) {
        return switch (kind) {
            case SYSTEM -> dev.berth.proto.v1.VolumeKind.SYSTEM_VOLUME;
            case POD -> dev.berth.proto.v1.VolumeKind.POD_VOLUME;
            case NETWORK -> dev.berth.proto.v1.VolumeKind.NETWORK_VOLUME;
        };
    }

    public static VolumeKind toModel(dev.berth.proto.v1.VolumeKind kind) {
        return switch (kind) {
            case SYSTEM_VOLUME -> VolumeKind.SYSTEM;
            case POD_VOLUME -> VolumeKind.POD;
            case NETWORK_VOLUME -> VolumeKind.NETWORK;
            case VOLUME_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(kind + " is no kind of volume that this version knows");
        };
    }

    public static dev.berth.proto.v1.CopyGoal toProto(CopyGoal goal) {
        return switch (goal) {
            case KEEP -> dev.berth.proto.v1.CopyGoal.COPY_KEEP;
            case FETCH -> dev.berth.proto.v1.CopyGoal.COPY_FETCH;
            case TRASH -> dev.berth.proto.v1.CopyGoal.COPY_TRASH;
            case PURGE -> dev.berth.proto.v1.CopyGoal.COPY_PURGE;
        };
    }

    public static CopyGoal toModel(dev.berth.proto.v1.CopyGoal goal) {
        return switch (goal) {
            case COPY_KEEP -> CopyGoal.KEEP;
            case COPY_FETCH -> CopyGoal.FETCH;
            case COPY_TRASH -> CopyGoal.TRASH;
            case COPY_PURGE -> CopyGoal.PURGE;
            case COPY_GOAL_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(goal + " is no goal of a copy that this version knows");
        };
    }

    public static CopyKey toProto(VolumeKey key) {
        return CopyKey.newBuilder()
                .setVolumeId(key.volumeId().value())
                .setGeneration(key.generation())
                .build();
    }

    public static dev.berth.proto.agent.v1.PortBinding toProto(PortBinding port) {
        return dev.berth.proto.agent.v1.PortBinding.newBuilder()
                .setContainerPort(port.containerPort())
                .setHostPort(port.hostPort())
                .build();
    }

    public static List<PortBinding> toModel(List<dev.berth.proto.agent.v1.PortBinding> ports) {
        return ports.stream()
                .map(port -> new PortBinding(port.getContainerPort(), port.getHostPort()))
                .toList();
    }

    public static Reach toProto(HostReach reach) {
        return Reach.newBuilder()
                .setAdvertiseAddress(reach.advertiseAddress())
                .setFirstPort(reach.firstPort())
                .setLastPort(reach.lastPort())
                .setTransferAddress(reach.transferAddress())
                .setTransferFingerprint(reach.transferFingerprint())
                .addAllShares(reach.shares())
                .setDiskGb(reach.diskGb())
                .build();
    }

    public static HostReach toModel(Reach reach) {
        return new HostReach(
                reach.getAdvertiseAddress(),
                reach.getFirstPort(),
                reach.getLastPort(),
                reach.getTransferAddress(),
                reach.getTransferFingerprint(),
                List.copyOf(reach.getSharesList()),
                reach.getDiskGb());
    }
}
