package dev.berth.controller.protos;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Unplaced;

/**
 * Enums of the model and of the protos, both ways, for store and rpc. Pure. A value that has no meaning here throws
 * {@link IllegalArgumentException}: on disk it stops the start, on the wire the caller checks before.
 */
public final class EnumProtos {
    private EnumProtos() {}

    public static dev.berth.proto.v1.PodState toProto(PodState value) {
        return switch (value) {
            case INITIALIZING -> dev.berth.proto.v1.PodState.INITIALIZING;
            case RUNNING -> dev.berth.proto.v1.PodState.RUNNING;
            case STOPPING -> dev.berth.proto.v1.PodState.STOPPING;
            case STOPPED -> dev.berth.proto.v1.PodState.STOPPED;
            case TERMINATING -> dev.berth.proto.v1.PodState.TERMINATING;
            case TERMINATED -> dev.berth.proto.v1.PodState.TERMINATED;
            case FAILED -> dev.berth.proto.v1.PodState.FAILED;
        };
    }

    public static PodState toModel(dev.berth.proto.v1.PodState value) {
        return switch (value) {
            case INITIALIZING -> PodState.INITIALIZING;
            case RUNNING -> PodState.RUNNING;
            case STOPPING -> PodState.STOPPING;
            case STOPPED -> PodState.STOPPED;
            case TERMINATING -> PodState.TERMINATING;
            case TERMINATED -> PodState.TERMINATED;
            case FAILED -> PodState.FAILED;
            case POD_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.v1.PodDetail toProto(PodDetail value) {
        return switch (value) {
            case NONE -> dev.berth.proto.v1.PodDetail.POD_DETAIL_UNSPECIFIED;
            case QUEUED -> dev.berth.proto.v1.PodDetail.QUEUED;
            case PULLING -> dev.berth.proto.v1.PodDetail.PULLING;
            case STARTING -> dev.berth.proto.v1.PodDetail.STARTING;
        };
    }

    public static PodDetail toModel(dev.berth.proto.v1.PodDetail value) {
        return switch (value) {
            case POD_DETAIL_UNSPECIFIED -> PodDetail.NONE;
            case QUEUED -> PodDetail.QUEUED;
            case PULLING -> PodDetail.PULLING;
            case STARTING -> PodDetail.STARTING;
            case UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.v1.DesiredState toProto(DesiredState value) {
        return switch (value) {
            case RUNNING -> dev.berth.proto.v1.DesiredState.DESIRED_RUNNING;
            case STOPPED -> dev.berth.proto.v1.DesiredState.DESIRED_STOPPED;
            case TERMINATED -> dev.berth.proto.v1.DesiredState.DESIRED_TERMINATED;
        };
    }

    public static DesiredState toModel(dev.berth.proto.v1.DesiredState value) {
        return switch (value) {
            case DESIRED_RUNNING -> DesiredState.RUNNING;
            case DESIRED_STOPPED -> DesiredState.STOPPED;
            case DESIRED_TERMINATED -> DesiredState.TERMINATED;
            case DESIRED_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.v1.Unplaced toProto(Unplaced value) {
        return switch (value) {
            case FAIL_FAST -> dev.berth.proto.v1.Unplaced.FAIL_FAST;
            case QUEUE -> dev.berth.proto.v1.Unplaced.QUEUE;
        };
    }

    public static Unplaced toModel(dev.berth.proto.v1.Unplaced value) {
        return switch (value) {
            case FAIL_FAST -> Unplaced.FAIL_FAST;
            case QUEUE -> Unplaced.QUEUE;
            case UNPLACED_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.agent.v1.Assignment.Goal toProto(Goal value) {
        return switch (value) {
            case RUN -> dev.berth.proto.agent.v1.Assignment.Goal.RUN;
            case STOP -> dev.berth.proto.agent.v1.Assignment.Goal.STOP;
            case REMOVE -> dev.berth.proto.agent.v1.Assignment.Goal.REMOVE;
        };
    }

    public static Goal toModel(dev.berth.proto.agent.v1.Assignment.Goal value) {
        return switch (value) {
            case RUN -> Goal.RUN;
            case STOP -> Goal.STOP;
            case REMOVE -> Goal.REMOVE;
            case GOAL_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.v1.Actor.Kind toProto(Actor.Kind value) {
        return switch (value) {
            case USER -> dev.berth.proto.v1.Actor.Kind.USER;
            case ADMIN -> dev.berth.proto.v1.Actor.Kind.ADMIN;
            case SYSTEM -> dev.berth.proto.v1.Actor.Kind.SYSTEM;
        };
    }

    public static Actor.Kind toModel(dev.berth.proto.v1.Actor.Kind value) {
        return switch (value) {
            case USER -> Actor.Kind.USER;
            case ADMIN -> Actor.Kind.ADMIN;
            case SYSTEM -> Actor.Kind.SYSTEM;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.v1.Liveness toProto(Liveness value) {
        return switch (value) {
            case READY -> dev.berth.proto.v1.Liveness.READY;
            case SUSPECT -> dev.berth.proto.v1.Liveness.SUSPECT;
            case UNREACHABLE -> dev.berth.proto.v1.Liveness.UNREACHABLE;
            case LOST -> dev.berth.proto.v1.Liveness.LOST;
        };
    }

    public static Liveness toModel(dev.berth.proto.v1.Liveness value) {
        return switch (value) {
            case READY -> Liveness.READY;
            case SUSPECT -> Liveness.SUSPECT;
            case UNREACHABLE -> Liveness.UNREACHABLE;
            case LOST -> Liveness.LOST;
            case LIVENESS_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    public static dev.berth.proto.v1.PodAction toProto(PodAction value) {
        return switch (value) {
            case PAUSE -> dev.berth.proto.v1.PodAction.PAUSE;
            case RUN -> dev.berth.proto.v1.PodAction.RUN;
            case TERMINATE -> dev.berth.proto.v1.PodAction.TERMINATE;
            case EDIT -> dev.berth.proto.v1.PodAction.EDIT;
            case RESTART -> dev.berth.proto.v1.PodAction.RESTART;
            case RESET -> dev.berth.proto.v1.PodAction.RESET;
            case LOCK -> dev.berth.proto.v1.PodAction.LOCK;
            case UNLOCK -> dev.berth.proto.v1.PodAction.UNLOCK;
        };
    }

    public static PodAction toModel(dev.berth.proto.v1.PodAction value) {
        return switch (value) {
            case PAUSE -> PodAction.PAUSE;
            case RUN -> PodAction.RUN;
            case TERMINATE -> PodAction.TERMINATE;
            case EDIT -> PodAction.EDIT;
            case RESTART -> PodAction.RESTART;
            case RESET -> PodAction.RESET;
            case LOCK -> PodAction.LOCK;
            case UNLOCK -> PodAction.UNLOCK;
            case POD_ACTION_UNSPECIFIED, UNRECOGNIZED -> throw unknown(value);
        };
    }

    private static IllegalArgumentException unknown(Enum<?> value) {
        return new IllegalArgumentException(value.getDeclaringClass().getSimpleName() + " " + value
                + " means nothing to this controller; it was written by a newer one, or left out");
    }
}
