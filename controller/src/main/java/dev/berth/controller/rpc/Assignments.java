package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeMount;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.agent.v1.ContainerSpec;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.FetchGrant;
import dev.berth.proto.agent.v1.FetchSource;
import dev.berth.proto.agent.v1.VolumeOrder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a host is told to do, with the variables that the platform sets and the tickets by which agents fetch volumes of
 * each other. On the loop's thread.
 */
final class Assignments {
    private final Tickets tickets;

    Assignments(Tickets tickets) {
        this.tickets = tickets;
    }

    DesiredState desired(Effect.SendDesired effect, String region) {
        DesiredState.Builder desired = DesiredState.newBuilder()
                .setRevision(effect.revision())
                .setFull(effect.full())
                .setBaseRevision(effect.baseRevision());
        effect.assignments().forEach(assigned -> desired.addAssignments(assignment(assigned, region)));
        effect.withdrawn().forEach(podId -> desired.addWithdrawnPodIds(podId.value()));
        effect.copies().forEach(copy -> desired.addVolumes(order(copy)));
        effect.withdrawnCopies().forEach(key -> desired.addWithdrawnCopies(VolumeProtos.toProto(key)));
        return desired.build();
    }

    private VolumeOrder order(Effect.OrderedCopy ordered) {
        Volume volume = ordered.volume();
        VolumeKey key = ordered.copy().key();
        boolean counts = key.equals(volume.current());
        VolumeOrder.Builder order = VolumeOrder.newBuilder()
                .setKey(VolumeProtos.toProto(key))
                .setGoal(VolumeProtos.toProto(ordered.copy().goal()))
                .setKind(VolumeProtos.toProto(volume.kind()))
                .setTenantId(volume.tenant().value())
                .setPodId(volume.podId() == null ? "" : volume.podId().value())
                .setSizeGb(ordered.sizeGb())
                .setProven(counts && volume.whereabouts().proven())
                .setRestoredFrom(counts ? volume.whereabouts().restoredFrom() : 0)
                .setShare(volume.place().share());
        Effect.Peer source = ordered.source();
        if (source != null) {
            order.setSource(FetchSource.newBuilder()
                    .setAddress(source.reach().transferAddress())
                    .setFingerprint(source.reach().transferFingerprint())
                    .setGeneration(source.key().generation())
                    .setTicket(tickets.of(source.key(), key)));
        }
        for (Effect.Peer taker : ordered.takers()) {
            order.addGrants(FetchGrant.newBuilder()
                    .setTicket(tickets.of(key, taker.key()))
                    .setFingerprint(taker.reach().transferFingerprint()));
        }
        return order.build();
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
                    .setContainerDiskGb(assigned.containerDiskGb())
                    .setPreStopCommand(pod.spec().lifetime().preStopCommand())
                    .setRestarts(pod.placement().restarts());
            pod.placement().ports().forEach(port -> message.addPorts(VolumeProtos.toProto(port)));
            assigned.mounts().forEach(mount -> message.addVolumes(mount(mount)));
            if (grant != null) {
                message.addAllUnitIds(grant.unitIds())
                        .setCpuHundredths(grant.cpuHundredths())
                        .setMemoryMib(grant.memoryMib());
            }
        }
        return message.build();
    }

    private static dev.berth.proto.agent.v1.VolumeMount mount(VolumeMount mount) {
        return dev.berth.proto.agent.v1.VolumeMount.newBuilder()
                .setKey(VolumeProtos.toProto(mount.key()))
                .setKind(VolumeProtos.toProto(mount.kind()))
                .setMountPath(mount.path())
                .setShare(mount.share())
                .build();
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
        for (PortBinding port : pod.placement().ports()) {
            message.putEnv("BERTH_TCP_PORT_" + port.containerPort(), Integer.toString(port.hostPort()));
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
