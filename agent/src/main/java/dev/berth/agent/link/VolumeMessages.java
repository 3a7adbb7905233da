package dev.berth.agent.link;

import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.proto.agent.v1.CopyKey;

/** Volumes as messages of the wire and back. Pure. What this agent does not know is an IllegalArgumentException. */
final class VolumeMessages {
    private VolumeMessages() {}

    static VolumeOrder order(dev.berth.proto.agent.v1.VolumeOrder wire) {
        dev.berth.proto.agent.v1.FetchSource source = wire.getSource();
        return new VolumeOrder(
                key(wire.getKey()),
                goal(wire),
                kind(wire.getKind(), wire.getKindValue(), wire.getKey()),
                wire.getTenantId(),
                wire.getPodId(),
                wire.getSizeGb(),
                wire.getProven(),
                wire.getShare(),
                wire.hasSource()
                        ? new FetchSource(
                                source.getAddress(),
                                source.getFingerprint(),
                                source.getTicket(),
                                source.getGeneration())
                        : null,
                wire.getGrantsList().stream()
                        .map(grant -> new FetchGrant(grant.getTicket(), grant.getFingerprint()))
                        .toList(),
                wire.getRestoredFrom());
    }

    static VolumeMount mount(dev.berth.proto.agent.v1.VolumeMount wire) {
        return new VolumeMount(
                key(wire.getKey()),
                kind(wire.getKind(), wire.getKindValue(), wire.getKey()),
                wire.getMountPath(),
                wire.getShare());
    }

    static VolumeKey key(CopyKey wire) {
        return new VolumeKey(wire.getVolumeId(), wire.getGeneration());
    }

    private static CopyGoal goal(dev.berth.proto.agent.v1.VolumeOrder wire) {
        return switch (wire.getGoal()) {
            case COPY_KEEP -> CopyGoal.KEEP;
            case COPY_FETCH -> CopyGoal.FETCH;
            case COPY_TRASH -> CopyGoal.TRASH;
            case COPY_PURGE -> CopyGoal.PURGE;
            case COPY_GOAL_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "the order for volume " + wire.getKey().getVolumeId() + " has the goal " + wire.getGoalValue()
                                + ", which this agent does not know; upgrade it");
        };
    }

    private static VolumeKind kind(dev.berth.proto.v1.VolumeKind kind, int value, CopyKey key) {
        return switch (kind) {
            case SYSTEM_VOLUME -> VolumeKind.SYSTEM;
            case POD_VOLUME -> VolumeKind.POD;
            case NETWORK_VOLUME -> VolumeKind.NETWORK;
            case VOLUME_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("volume " + key.getVolumeId() + " is of the kind " + value
                        + ", which this agent does not know; upgrade it");
        };
    }

    static dev.berth.proto.agent.v1.ObservedCopy copy(ObservedCopy copy) {
        dev.berth.proto.agent.v1.ObservedCopy.Builder wire = dev.berth.proto.agent.v1.ObservedCopy.newBuilder()
                .setKey(CopyKey.newBuilder()
                        .setVolumeId(copy.key().volumeId())
                        .setGeneration(copy.key().generation()))
                .setCondition(condition(copy.condition()))
                .setPercent(copy.percent())
                .setMessage(copy.message());
        if (copy.allocatedBytes() >= 0) {
            wire.setAllocatedBytes(copy.allocatedBytes());
        }
        return wire.build();
    }

    private static dev.berth.proto.v1.CopyCondition condition(CopyCondition condition) {
        return switch (condition) {
            case PRESENT -> dev.berth.proto.v1.CopyCondition.COPY_PRESENT;
            case FETCHING -> dev.berth.proto.v1.CopyCondition.COPY_FETCHING;
            case FETCHED -> dev.berth.proto.v1.CopyCondition.COPY_FETCHED;
            case TRASHED -> dev.berth.proto.v1.CopyCondition.COPY_TRASHED;
            case ABSENT -> dev.berth.proto.v1.CopyCondition.COPY_ABSENT;
            case DAMAGED -> dev.berth.proto.v1.CopyCondition.COPY_DAMAGED;
            case FROZEN -> dev.berth.proto.v1.CopyCondition.COPY_FROZEN;
            case UNKNOWN -> dev.berth.proto.v1.CopyCondition.COPY_UNKNOWN;
        };
    }
}
