package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.PortBinding;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.Reason;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one core says in the words of the other; over the wire protos stand between them. Pure. */
final class Words {
    private Words() {}

    /** @param life of the controller, whose tickets are others in each */
    static AgentEvent.DesiredReceived desired(Effect.SendDesired effect, int life) {
        return new AgentEvent.DesiredReceived(
                effect.sessionEpoch(),
                effect.revision(),
                effect.full(),
                effect.baseRevision(),
                effect.assignments().stream().map(Words::assignment).toList(),
                effect.withdrawn().stream().map(PodId::value).toList(),
                effect.copies().stream()
                        .map(copy -> VolumeWords.order(copy, life))
                        .toList(),
                effect.withdrawnCopies().stream().map(VolumeWords::key).toList());
    }

    private static Assignment assignment(Effect.Assigned assigned) {
        dev.berth.controller.model.Assignment assignment = assigned.assignment();
        Pod pod = assigned.pod();
        // Of an earlier incarnation only remains are left; what the pod holds now belongs to another placement.
        Pod present = pod != null && pod.placement().incarnation() == assignment.incarnation() ? pod : null;
        Grant grant = present == null ? null : present.placement().grant();
        return new Assignment(
                assignment.podId().value(),
                assignment.incarnation(),
                goal(assignment.goal()),
                pod == null ? "" : pod.tenant().value(),
                container(present),
                grant == null ? List.of() : grant.unitIds(),
                grant == null ? 0 : grant.cpuHundredths(),
                grant == null ? 0 : grant.memoryMib(),
                assigned.containerDiskGb(),
                pod == null ? 0 : (int) pod.spec().graceMillis(),
                pod != null && pod.isElastic(),
                assigned.mounts().stream().map(VolumeWords::mount).toList(),
                present == null
                        ? List.of()
                        : present.placement().ports().stream()
                                .map(port -> new PortBinding(port.containerPort(), port.hostPort()))
                                .toList(),
                present == null ? "" : present.spec().lifetime().preStopCommand(),
                present == null ? 0 : present.placement().restarts());
    }

    private static ContainerSpec container(@Nullable Pod pod) {
        if (pod == null) {
            return new ContainerSpec("", List.of(), List.of(), "", new TreeMap<>(), false);
        }
        PodSpec.Container container = pod.spec().container();
        return new ContainerSpec(
                container.image(),
                container.entrypoint(),
                container.command(),
                container.shellCommand(),
                new TreeMap<>(container.env()),
                container.forDevelopment());
    }

    private static Goal goal(dev.berth.controller.model.Goal goal) {
        return switch (goal) {
            case RUN -> Goal.RUN;
            case STOP -> Goal.STOP;
            case REMOVE -> Goal.REMOVE;
        };
    }

    static ObservedPod observed(dev.berth.agent.model.ObservedPod pod) {
        dev.berth.agent.model.Exit exit = pod.exit();
        return new ObservedPod(
                new PodId(pod.key().podId()),
                pod.key().incarnation(),
                phase(pod.phase()),
                pod.failure() == null ? Reason.NONE : reason(pod.failure().reason()),
                pod.message(),
                exit == null
                        ? null
                        : new ObservedPod.Exit(
                                exit.code(), exit.oomKilled(), exit.byRequest(), exit.byBoot(), exit.diskQuota()),
                pod.steps().stream()
                        .map(line -> new ObservedPod.StepLine(line.timeMillis(), line.text()))
                        .toList(),
                pod.restarts(),
                new TreeSet<>(pod.readyPorts()),
                pod.warnings());
    }

    private static ObservedPod.Phase phase(dev.berth.agent.model.Phase phase) {
        return switch (phase) {
            case ACCEPTED -> ObservedPod.Phase.ACCEPTED;
            case PULLING -> ObservedPod.Phase.PULLING;
            case STARTING -> ObservedPod.Phase.STARTING;
            case RUNNING -> ObservedPod.Phase.RUNNING;
            case STOPPING -> ObservedPod.Phase.STOPPING;
            case ENDED -> ObservedPod.Phase.ENDED;
            case START_FAILED -> ObservedPod.Phase.START_FAILED;
            case GONE -> ObservedPod.Phase.GONE;
        };
    }

    private static Reason reason(dev.berth.agent.model.FailureReason reason) {
        return switch (reason) {
            case INVALID_IMAGE -> Reason.INVALID_IMAGE;
            case IMAGE_PULL_AUTH -> Reason.IMAGE_PULL_AUTH;
            case PULL_TIMEOUT -> Reason.PULL_TIMEOUT;
            case IMAGE_OS_UNSUPPORTED -> Reason.IMAGE_OS_UNSUPPORTED;
            case IMAGE_ARCH_UNSUPPORTED -> Reason.IMAGE_ARCH_UNSUPPORTED;
            case CONTAINER_CREATE_ERROR -> Reason.CONTAINER_CREATE_ERROR;
            case VOLUME_ERROR -> Reason.VOLUME_ERROR;
            case PORT_CONFLICT -> Reason.PORT_CONFLICT;
        };
    }
}
