package dev.berth.agent.link;

import dev.berth.agent.core.AgentEffect.SendReport;
import dev.berth.agent.core.AgentEvent.DesiredReceived;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PortBinding;
import dev.berth.agent.model.StepLine;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.v1.Reason;
import java.util.List;
import java.util.TreeMap;

/** The agent's values as messages of the wire and back. Pure. */
final class Messages {
    private Messages() {}

    /** @throws IllegalArgumentException for a word that this agent does not know: then nothing of the set is taken */
    static DesiredReceived desired(long epoch, DesiredState desired) {
        List<Assignment> assignments =
                desired.getAssignmentsList().stream().map(Messages::assignment).toList();
        return new DesiredReceived(
                epoch,
                desired.getRevision(),
                desired.getFull(),
                desired.getBaseRevision(),
                assignments,
                desired.getWithdrawnPodIdsList(),
                desired.getVolumesList().stream().map(VolumeMessages::order).toList(),
                desired.getWithdrawnCopiesList().stream()
                        .map(VolumeMessages::key)
                        .toList());
    }

    private static Assignment assignment(dev.berth.proto.agent.v1.Assignment wire) {
        dev.berth.proto.agent.v1.ContainerSpec spec = wire.getContainer();
        return new Assignment(
                wire.getPodId(),
                wire.getIncarnation(),
                goal(wire),
                wire.getTenantId(),
                new ContainerSpec(
                        spec.getImage(),
                        spec.getEntrypointList(),
                        spec.getCommandList(),
                        spec.getShellCommand(),
                        new TreeMap<>(spec.getEnvMap()),
                        spec.getForDevelopment()),
                wire.getUnitIdsList(),
                wire.getCpuHundredths(),
                wire.getMemoryMib(),
                wire.getContainerDiskGb(),
                wire.getGraceMillis(),
                wire.getElastic(),
                wire.getVolumesList().stream().map(VolumeMessages::mount).toList(),
                wire.getPortsList().stream()
                        .map(port -> new PortBinding(port.getContainerPort(), port.getHostPort()))
                        .toList(),
                wire.getPreStopCommand(),
                wire.getRestarts());
    }

    private static Goal goal(dev.berth.proto.agent.v1.Assignment wire) {
        return switch (wire.getGoal()) {
            case RUN -> Goal.RUN;
            case STOP -> Goal.STOP;
            case REMOVE -> Goal.REMOVE;
            case GOAL_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("the assignment of pod " + wire.getPodId() + " has the goal "
                        + wire.getGoalValue() + ", which this agent does not know; upgrade it");
        };
    }

    static Report report(SendReport report) {
        Report.Builder wire = Report.newBuilder()
                .setSequence(report.sequence())
                .setFull(report.full())
                .setAppliedRevision(report.appliedRevision());
        report.pods().forEach(pod -> wire.addPods(pod(pod)));
        report.copies().forEach(copy -> wire.addCopies(VolumeMessages.copy(copy)));
        return wire.build();
    }

    private static dev.berth.proto.agent.v1.ObservedPod pod(ObservedPod pod) {
        dev.berth.proto.agent.v1.ObservedPod.Builder wire = dev.berth.proto.agent.v1.ObservedPod.newBuilder()
                .setPodId(pod.key().podId())
                .setIncarnation(pod.key().incarnation())
                .setPhase(phase(pod.phase()))
                .setContainerId(pod.containerId())
                .setMessage(pod.message())
                .setRestarts(pod.restarts())
                .addAllReadyPorts(pod.readyPorts())
                .addAllWarnings(pod.warnings());
        Failure failure = pod.failure();
        if (failure != null) {
            wire.setFailure(reason(failure.reason()));
        }
        Exit exit = pod.exit();
        if (exit != null) {
            wire.setExit(exit(exit));
        }
        for (StepLine line : pod.steps()) {
            wire.addStepsBuilder().setTimeMillis(line.timeMillis()).setText(line.text());
        }
        return wire.build();
    }

    private static dev.berth.proto.agent.v1.Exit exit(Exit exit) {
        dev.berth.proto.agent.v1.Exit.Builder wire = dev.berth.proto.agent.v1.Exit.newBuilder()
                .setOomKilled(exit.oomKilled())
                .setByRequest(exit.byRequest())
                .setByBoot(exit.byBoot())
                .setDiskQuota(exit.diskQuota());
        Integer code = exit.code();
        if (code != null) {
            wire.setCode(code);
        }
        return wire.build();
    }

    private static dev.berth.proto.agent.v1.ObservedPod.Phase phase(Phase phase) {
        return switch (phase) {
            case ACCEPTED -> dev.berth.proto.agent.v1.ObservedPod.Phase.ACCEPTED;
            case PULLING -> dev.berth.proto.agent.v1.ObservedPod.Phase.PULLING;
            case STARTING -> dev.berth.proto.agent.v1.ObservedPod.Phase.STARTING;
            case RUNNING -> dev.berth.proto.agent.v1.ObservedPod.Phase.RUNNING;
            case STOPPING -> dev.berth.proto.agent.v1.ObservedPod.Phase.STOPPING;
            case ENDED -> dev.berth.proto.agent.v1.ObservedPod.Phase.ENDED;
            case START_FAILED -> dev.berth.proto.agent.v1.ObservedPod.Phase.START_FAILED;
            case GONE -> dev.berth.proto.agent.v1.ObservedPod.Phase.GONE;
        };
    }

    private static Reason reason(FailureReason reason) {
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
