package dev.berth.controller.protos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EnumProtosTest {
    @Test
    void everyValueOfTheModelComesBack() {
        comesBack(PodState.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(PodDetail.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(DesiredState.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(Unplaced.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(Goal.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(Actor.Kind.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(Liveness.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(PodAction.class, v -> EnumProtos.toModel(EnumProtos.toProto(v)));
        comesBack(Reason.class, v -> ReasonProtos.toModel(ReasonProtos.toProto(v)));
    }

    @Test
    void aValueOfANewerVersionIsRefusedByItsName() {
        assertThatThrownBy(() -> EnumProtos.toModel(dev.berth.proto.v1.PodState.UNRECOGNIZED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PodState UNRECOGNIZED");
        assertThatThrownBy(() -> EnumProtos.toModel(dev.berth.proto.v1.PodAction.UNRECOGNIZED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PodAction UNRECOGNIZED");
        assertThatThrownBy(() -> ReasonProtos.toModel(dev.berth.proto.v1.Reason.UNRECOGNIZED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static <E extends Enum<E>> void comesBack(Class<E> type, Function<E, E> thereAndBack) {
        Set<E> back = EnumSet.noneOf(type);
        for (E value : EnumSet.allOf(type)) {
            assertThat(thereAndBack.apply(value)).isEqualTo(value);
            back.add(value);
        }
        assertThat(back).isEqualTo(EnumSet.allOf(type));
    }
}
