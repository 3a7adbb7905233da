package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.proto.agent.v1.ContainerSpec;
import dev.berth.proto.agent.v1.DesiredState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** What a host is told to do, with the variables that the platform sets. Pure; on the loop's thread. */
final class Assignments {
    private Assignments() {}

    static DesiredState desired(Effect.SendDesired effect, String region) {
        DesiredState.Builder desired = DesiredState.newBuilder()
                .setRevision(effect.revision())
                .setFull(effect.full())
                .setBaseRevision(effect.baseRevision());
        effect.assignments().forEach(assigned -> desired.addAssignments(assignment(assigned, region)));
        effect.withdrawn().forEach(podId -> desired.addWithdrawnPodIds(podId.value()));
        return desired.build();
    }

    private static dev.berth.proto.agent.v1.Assignment assignment(Effect.Assigned assigned, String region) {
        Assignment assignment = assigned.assignment();
        dev.berth.proto.agent.v1.Assignment.Builder message = dev.berth.proto.agent.v1.Assignment.newBuilder()
                .setPodId(assignment.podId().value())
                .setIncarnation(assignment.incarnation())
                .setGoal(EnumProtos.toProto(assignment.goal()));
        Pod pod = assigned.pod();
        if (pod == null) {
            return message.build();
        }
        message.setElastic(pod.isElastic()).setTenantId(pod.tenant().value()).setGraceMillis((int)
                pod.spec().graceMillis());
        // Of an earlier incarnation only remains are left; what the pod holds now belongs to another placement.
        if (pod.placement().incarnation() == assignment.incarnation()) {
            Grant grant = pod.placement().grant();
            message.setContainer(container(pod, grant, region))
                    .setContainerDiskGb(pod.spec().containerDiskGb());
            if (grant != null) {
                message.addAllUnitIds(grant.unitIds())
                        .setCpuHundredths(grant.cpuHundredths())
                        .setMemoryMib(grant.memoryMib());
            }
        }
        return message.build();
    }

    private static ContainerSpec container(Pod pod, @Nullable Grant grant, String region) {
        PodSpec.Container container = pod.spec().container();
        ContainerSpec.Builder message = ContainerSpec.newBuilder()
                .setImage(container.image())
                .addAllEntrypoint(container.entrypoint())
                .addAllCommand(container.command())
                .setShellCommand(container.shellCommand())
                .putAllEnv(container.env())
                .setForDevelopment(container.forDevelopment())
                .putEnv("BERTH_POD_ID", pod.id().value())
                .putEnv("BERTH_HOST_REGION", region);
        if (pod.membership() != null) {
            message.putEnv(
                    "BERTH_DEPLOYMENT_ID", pod.membership().deploymentId().value());
        }
        if (grant != null) {
            message.putEnv("BERTH_GPU_COUNT", Integer.toString(grant.unitIds().size()))
                    .putEnv("BERTH_CPU_COUNT", decimal(grant.cpuHundredths(), 100))
                    .putEnv("BERTH_MEMORY_GB", decimal(grant.memoryMib(), 1024));
        }
        return message.build();
    }

    /** At most two digits after the point, never more than there is: 16, 7.5. */
    private static String decimal(long value, long scale) {
        return BigDecimal.valueOf(value)
                .divide(BigDecimal.valueOf(scale), 2, RoundingMode.DOWN)
                .stripTrailingZeros()
                .toPlainString();
    }
}
