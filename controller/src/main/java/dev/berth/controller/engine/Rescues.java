package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.host.VolumeSightings;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import dev.berth.controller.scheduling.Scheduler;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs stopped pods without GPUs, to rescue what is on their volumes: at once and where the volumes are, or not at all.
 * Part of the engine; the loop's thread alone.
 */
final class Rescues {
    private static final Grant GRANT = new Grant(List.of(), "", 100, 1024);

    private final HostLiveness liveness;
    private final PodPorts ports;
    private final Scheduler scheduler;
    private final VolumeSightings sightings;

    Rescues(HostLiveness liveness, PodPorts ports, Scheduler scheduler, VolumeSightings sightings) {
        this.liveness = liveness;
        this.ports = ports;
        this.scheduler = scheduler;
        this.sightings = sightings;
    }

    Reply run(Turn turn, Event.PodActed event) {
        Optional<Reply> repeat = Admission.repeated(turn, event.request());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        return switch (PodLookup.find(turn.cluster(), event.request().tenant(), event.podIdOrName())) {
            case PodLookup.NotFound(var refusal) -> refusal;
            case PodLookup.Found(var pod) -> run(turn, event, pod);
        };
    }

    private Reply run(Turn turn, Event.PodActed event, Pod pod) {
        boolean runs = pod.state() == PodState.RUNNING || pod.state() == PodState.INITIALIZING;
        if (runs && pod.isRescue()) {
            return PodActions.remember(turn, event.request(), pod.id());
        }
        if (!(PodMachine.next(pod, Trigger.RUN_WITHOUT_GPUS, false) instanceof Move.To(var state, var detail))) {
            return PodRefusals.refused(
                    pod, "is " + pod.state() + " and can only run without GPUs from STOPPED; pause it first.");
        }
        if (pod.placement().grant() != null) {
            return PodRefusals.refused(
                    pod, "still holds units: its host has not proven yet that it stopped. Try again in a moment.");
        }
        Host host = whereVolumesAre(turn, pod);
        String obstacle = host == null ? noPlace(turn, pod) : obstacle(turn, pod, host);
        if (host == null || !obstacle.isEmpty()) {
            return PodRefusals.refused(pod, obstacle);
        }
        List<PortBinding> bindings = ports.choose(turn.cluster(), host, pod, turn.nowMillis());
        if (bindings.size() < pod.spec().tcpPorts().size()) {
            return PodRefusals.refused(pod, "finds too few free ports on host " + host.name() + "; try again later.");
        }
        turn.move(
                pod.id(),
                new PodStatus(
                        DesiredState.RUNNING,
                        state,
                        detail,
                        event.actor().reason(),
                        "run without GPUs asked for by " + event.actor().name(),
                        null),
                event.actor());
        turn.record(new JournalRecord.PodPlaced(
                pod.id(),
                host.id(),
                pod.placement().incarnation() + 1,
                GRANT,
                0,
                bindings,
                "placed on host " + host.name() + " without GPUs, where its volumes are"
                        + (growsLater(turn, pod) ? "; they grow when it runs with its GPUs" : ""),
                turn.nowMillis()));
        return PodActions.remember(turn, event.request(), pod.id());
    }

    /** A rescue takes no more of the host's disk than the pod was given there, so that a short disk is no obstacle. */
    private static boolean growsLater(Turn turn, Pod pod) {
        for (Volume volume : turn.cluster().volumesOf(pod.id())) {
            VolumeCopy copy = turn.cluster().copy(volume.current());
            if (copy != null && copy.claimedGb() < volume.sizeGb()) {
                return true;
            }
        }
        return false;
    }

    /** The one host that has all the pod's own volumes, proven; null where there is none. */
    private static @Nullable Host whereVolumesAre(Turn turn, Pod pod) {
        HostId found = null;
        for (Volume volume : turn.cluster().volumesOf(pod.id())) {
            HostId hostId = volume.whereabouts().hostId();
            boolean moves =
                    turn.cluster().copiesOf(volume.id()).stream().anyMatch(copy -> copy.goal() == CopyGoal.FETCH);
            if (hostId == null || !volume.whereabouts().proven() || moves || (found != null && !found.equals(hostId))) {
                return null;
            }
            found = hostId;
        }
        return found == null ? null : turn.cluster().host(found);
    }

    private static String noPlace(Turn turn, Pod pod) {
        return turn.cluster().volumesOf(pod.id()).isEmpty()
                ? "has no volumes of its own: there is nothing to rescue. Run it with its GPUs."
                : "has volumes that are not all complete on one host: they were never used, or are on their way. Run it"
                        + " with its GPUs.";
    }

    /** Why it cannot run there now; empty for nothing. */
    private String obstacle(Turn turn, Pod pod, Host host) {
        if (!liveness.isOpenForPods(host.id(), turn.nowMillis())) {
            return "has its volumes on host " + host.name() + ", which is not connected. Try again when it is back.";
        }
        Availability availability = host.standing().availability();
        if (availability == Availability.DRAINING || availability == Availability.MAINTENANCE) {
            return "has its volumes on host " + host.name() + ", which is " + availability
                    + ". Ask an administrator to open it, or run the pod elsewhere with its GPUs.";
        }
        if (scheduler.isDiskFull(host.id())) {
            return "has its volumes on host " + host.name()
                    + ", whose disk is almost full: it takes no pods until there"
                    + " is room on it again. Ask an administrator to make room, or run the pod with its GPUs.";
        }
        boolean hasDisk = turn.cluster().containerDiskGb(host.id(), pod.id()) > 0;
        if (!hasDisk && sightings.freeDiskGb(turn.cluster(), host) < PodStorage.RESCUE_DISK_GB) {
            return "finds not even " + PodStorage.RESCUE_DISK_GB + " GB for its container on host " + host.name()
                    + ", which has its volumes. Ask an administrator to make room, or run the pod with its GPUs.";
        }
        for (PodId other : turn.cluster().holders(host.id())) {
            if (turn.pod(other).isRescue()) {
                return "cannot run without GPUs on host " + host.name() + " as long as pod " + other
                        + " does: one at a time. Try again when that is paused.";
            }
        }
        return "";
    }
}
