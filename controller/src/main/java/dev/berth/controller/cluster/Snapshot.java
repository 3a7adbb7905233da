package dev.berth.controller.cluster;

import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentEvent;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import java.util.List;

/** The whole state after record number {@code version}, as immutable values that another thread may write out. */
public record Snapshot(
        String clusterId,
        long term,
        long version,
        long latestMillis,
        List<Host> hosts,
        List<PodWithEvents> pods,
        List<HostAssignment> assignments,
        List<Remembered> requests,
        List<DeploymentWithProgress> deployments,
        List<HostEvents> hostEvents,
        List<JournalRecord.HostAvoided> avoided,
        List<Reservation> reservations,
        List<Volume> volumes,
        List<VolumeCopy> copies) {
    public record PodWithEvents(Pod pod, List<PodEvent> events) {}

    /** {@code diskGb} is what the host has given the container; 0: what the pod's spec says. */
    public record HostAssignment(HostId hostId, Assignment assignment, int diskGb) {}

    public record Remembered(RequestKey request, String subjectId, long atMillis) {}

    public record DeploymentWithProgress(
            Deployment deployment, DeploymentProgress.Numbers progress, List<DeploymentEvent> events) {}

    public record HostEvents(HostId hostId, List<HostEvent> events) {}
}
