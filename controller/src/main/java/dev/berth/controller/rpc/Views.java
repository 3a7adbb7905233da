package dev.berth.controller.rpc;

import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodTimes;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.pod.PodDeadlines;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.ReasonProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.Connectivity;
import java.util.List;

/**
 * Pods as the API shows them: what is certain, and beside it what is derived now (connectivity, progress, place in the
 * queue, what the owner may do). Called within queries, on the loop's thread.
 */
final class Views {
    private Views() {}

    static List<dev.berth.proto.v1.Pod> pods(Reader reader, List<Pod> pods) {
        return pods.stream().map(pod -> pod(reader, pod)).toList();
    }

    static dev.berth.proto.v1.Pod pod(Reader reader, Pod pod) {
        dev.berth.proto.v1.Pod.Builder view = dev.berth.proto.v1.Pod.newBuilder()
                .setId(pod.id().value())
                .setTenantId(pod.tenant().value())
                .setSpec(SpecProtos.toProto(pod.spec()))
                .setDesired(EnumProtos.toProto(pod.status().desired()))
                .setState(EnumProtos.toProto(pod.state()))
                .setDetail(EnumProtos.toProto(pod.status().detail()))
                .setConnectivity(connectivity(reader, pod))
                .setReason(ReasonProtos.toProto(pod.status().reason()))
                .setMessage(pod.status().message())
                .setIncarnation(pod.placement().incarnation())
                .setVersion(pod.version())
                .setLocked(pod.locked())
                .setWithoutGpus(pod.isRescue())
                .setGpuHourMicros(pod.placement().gpuHourMicros())
                .setProgress(progress(reader, pod));
        Integer exitCode = pod.status().exitCode();
        if (exitCode != null) {
            view.setExitCode(exitCode);
        }
        for (PodAction action : PodMachine.allowedActions(pod)) {
            view.addAllowedActions(EnumProtos.toProto(action));
        }
        Membership membership = pod.membership();
        if (membership != null) {
            view.setDeploymentId(membership.deploymentId().value()).setDeploymentIndex(membership.index());
        }
        if (pod.isQueued()) {
            queued(reader, pod, view);
        }
        place(reader, pod, view);
        view.addAllVolumes(AttachmentViews.volumes(reader, pod)).addAllPorts(AttachmentViews.ports(reader, pod));
        times(pod.times(), view);
        policies(reader, pod, view);
        return view.build();
    }

    private static void queued(Reader reader, Pod pod, dev.berth.proto.v1.Pod.Builder view) {
        view.setQueuePosition(reader.cluster().queuePosition(pod));
        // A version of the past may be shown, of a pod that waits no more.
        if (view.getQueuePosition() == 0) {
            return;
        }
        view.setQueueReason(reader.outlook().reason(pod, reader.nowMillis()));
        Reservation kept = reader.cluster().reservation(pod.id());
        if (kept != null && kept.earliestMillis() > 0) {
            view.setEarliestStart(TimeProtos.timestamp(kept.earliestMillis()));
        }
    }

    private static void place(Reader reader, Pod pod, dev.berth.proto.v1.Pod.Builder view) {
        HostId hostId = pod.placement().hostId();
        if (hostId != null) {
            view.setHostId(hostId.value());
            Host host = reader.cluster().host(hostId);
            if (host != null) {
                view.setHostName(host.name()).setSimulated(host.inventory().simulated());
            }
        }
        Grant grant = pod.placement().grant();
        if (grant != null) {
            view.setGrant(PodProtos.toProto(grant));
        }
    }

    private static void times(PodTimes times, dev.berth.proto.v1.Pod.Builder view) {
        view.setCreatedAt(TimeProtos.timestamp(times.createdMillis()));
        if (times.firstRunningMillis() > 0) {
            view.setFirstRunningAt(TimeProtos.timestamp(times.firstRunningMillis()));
        }
        if (times.runningMillis() > 0) {
            view.setRunningAt(TimeProtos.timestamp(times.runningMillis()));
        }
        if (times.endedMillis() > 0) {
            view.setEndedAt(TimeProtos.timestamp(times.endedMillis()));
        }
    }

    private static void policies(Reader reader, Pod pod, dev.berth.proto.v1.Pod.Builder view) {
        long stopMillis = PodDeadlines.stopMillis(pod);
        if (stopMillis > 0) {
            view.setStopsAt(TimeProtos.timestamp(stopMillis));
        }
        long endMillis = reader.deadlines().endMillis(pod);
        if (endMillis > 0) {
            view.setTerminatesAt(TimeProtos.timestamp(endMillis));
        }
    }

    static boolean isHeard(Reader reader, HostId hostId) {
        return reader.liveness().liveness(hostId, reader.nowMillis()) == Liveness.READY;
    }

    private static Connectivity connectivity(Reader reader, Pod pod) {
        HostId hostId = pod.placement().hostId();
        if (hostId == null || pod.placement().grant() == null) {
            return Connectivity.OK;
        }
        return isHeard(reader, hostId) ? Connectivity.OK : Connectivity.HOST_UNREACHABLE;
    }

    private static String progress(Reader reader, Pod pod) {
        boolean underWay = (pod.state() == PodState.INITIALIZING && pod.status().detail() != PodDetail.QUEUED)
                || pod.state() == PodState.STOPPING
                || pod.state() == PodState.TERMINATING;
        return underWay ? reader.progress().message(pod.id()) : "";
    }
}
