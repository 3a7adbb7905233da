package dev.berth.controller.protos;

import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentEvent;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.PodId;

/** {@link DeploymentSpec} and what goes with it, and their protos, both ways, for store and rpc. Pure. */
public final class DeploymentProtos {
    private static final int DEFAULT_BACKOFF_LIMIT = 6;
    private static final int DEFAULT_MASTER_PORT = 29_500;

    private DeploymentProtos() {}

    /** A spec with its defaults filled in round trips exactly. */
    public static dev.berth.proto.v1.DeploymentSpec toProto(DeploymentSpec spec) {
        dev.berth.proto.v1.DeploymentSpec.Builder proto = dev.berth.proto.v1.DeploymentSpec.newBuilder()
                .setName(spec.name())
                .setMode(toProto(spec.mode()))
                .setCompletion(
                        switch (spec.completion()) {
                            case ANY_EXIT -> dev.berth.proto.v1.Completion.ANY_EXIT;
                            case EXIT_ZERO -> dev.berth.proto.v1.Completion.EXIT_ZERO;
                        })
                .setBackoffLimit(spec.backoffLimit())
                .setGang(spec.gang())
                .setMasterPort(spec.masterPort())
                .setTemplate(SpecProtos.toProto(spec.template()));
        switch (spec.mode()) {
            case REPLICA_SET -> proto.setReplicas(spec.count());
            case JOB -> proto.setCompletions(spec.count()).setParallelism(spec.parallelism());
            case CONTAINER -> {}
        }
        return proto.build();
    }

    public static DeploymentSpec toModel(dev.berth.proto.v1.DeploymentSpec spec) {
        DeploymentMode mode = toModel(spec.getMode());
        int count = switch (mode) {
            case REPLICA_SET -> spec.getReplicas();
            case JOB -> spec.getCompletions();
            case CONTAINER -> 1;
        };
        return new DeploymentSpec(
                spec.getName(),
                mode,
                count,
                mode == DeploymentMode.JOB ? spec.getParallelism() : count,
                spec.getCompletion() == dev.berth.proto.v1.Completion.EXIT_ZERO
                        ? Completion.EXIT_ZERO
                        : Completion.ANY_EXIT,
                spec.hasBackoffLimit() ? spec.getBackoffLimit() : DEFAULT_BACKOFF_LIMIT,
                spec.getGang(),
                spec.getMasterPort() == 0 ? DEFAULT_MASTER_PORT : spec.getMasterPort(),
                SpecProtos.toModel(spec.getTemplate(), true));
    }

    public static dev.berth.proto.v1.DeploymentMode toProto(DeploymentMode mode) {
        return switch (mode) {
            case REPLICA_SET -> dev.berth.proto.v1.DeploymentMode.REPLICA_SET;
            case JOB -> dev.berth.proto.v1.DeploymentMode.JOB;
            case CONTAINER -> dev.berth.proto.v1.DeploymentMode.CONTAINER;
        };
    }

    public static DeploymentMode toModel(dev.berth.proto.v1.DeploymentMode mode) {
        return switch (mode) {
            case REPLICA_SET -> DeploymentMode.REPLICA_SET;
            case JOB -> DeploymentMode.JOB;
            case CONTAINER -> DeploymentMode.CONTAINER;
            case DEPLOYMENT_MODE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("deployment mode " + mode + " is not known to this version");
        };
    }

    public static dev.berth.proto.v1.DeploymentState toProto(DeploymentState state) {
        return switch (state) {
            case ACTIVE -> dev.berth.proto.v1.DeploymentState.ACTIVE;
            case COMPLETED -> dev.berth.proto.v1.DeploymentState.COMPLETED;
            case FAILED -> dev.berth.proto.v1.DeploymentState.DEPLOYMENT_FAILED;
            case STOPPING -> dev.berth.proto.v1.DeploymentState.DEPLOYMENT_STOPPING;
            case STOPPED -> dev.berth.proto.v1.DeploymentState.DEPLOYMENT_STOPPED;
        };
    }

    public static DeploymentState toModel(dev.berth.proto.v1.DeploymentState state) {
        return switch (state) {
            case ACTIVE -> DeploymentState.ACTIVE;
            case COMPLETED -> DeploymentState.COMPLETED;
            case DEPLOYMENT_FAILED -> DeploymentState.FAILED;
            case DEPLOYMENT_STOPPING -> DeploymentState.STOPPING;
            case DEPLOYMENT_STOPPED -> DeploymentState.STOPPED;
            case DEPLOYMENT_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("deployment state " + state + " is not known to this version");
        };
    }

    public static dev.berth.proto.v1.DeploymentEvent toProto(DeploymentEvent event) {
        return dev.berth.proto.v1.DeploymentEvent.newBuilder()
                .setSequence(event.sequence())
                .setTime(TimeProtos.timestamp(event.atMillis()))
                .setMessage(event.message())
                .setPodId(event.podId() == null ? "" : event.podId().value())
                .setReason(ReasonProtos.toProto(event.reason()))
                .setActor(PodProtos.toProto(event.actor()))
                .build();
    }

    public static DeploymentEvent toModel(dev.berth.proto.v1.DeploymentEvent event) {
        return new DeploymentEvent(
                event.getSequence(),
                TimeProtos.epochMillis(event.getTime()),
                event.getMessage(),
                event.getPodId().isEmpty() ? null : new PodId(event.getPodId()),
                ReasonProtos.toModel(event.getReason()),
                PodProtos.toModel(event.getActor()));
    }
}
