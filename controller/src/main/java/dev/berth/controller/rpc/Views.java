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
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodTimes;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.ReasonProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.Connectivity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pods as the API shows them: what is certain, and beside it what is derived now (connectivity, progress, place in the
 * queue, what the owner may do). Called within queries, on the loop's thread.
 */
final class Views {
    /** From so many queued pods on, one walk over the queue is cheaper than a look at each. */
    private static final int RANKED_AT_ONCE = 4;

    private Views() {}

    static dev.berth.proto.v1.Pod pod(Reader reader, Pod pod) {
        return pod(reader, pod, pod.isQueued() ? reader.cluster().queuePosition(pod) : 0);
    }

    static List<dev.berth.proto.v1.Pod> pods(Reader reader, List<Pod> pods) {
        long queued = pods.stream().filter(Pod::isQueued).count();
        List<dev.berth.proto.v1.Pod> views = new ArrayList<>(pods.size());
        if (queued < RANKED_AT_ONCE) {
            pods.forEach(pod -> views.add(pod(reader, pod)));
            return views;
        }
        Map<PodId, Integer> ranks = new HashMap<>();
        for (Pod pod : reader.cluster().queue()) {
            ranks.put(pod.id(), ranks.size() + 1);
        }
        pods.forEach(pod -> views.add(pod(reader, pod, ranks.getOrDefault(pod.id(), 0))));
        return views;
    }

    private static dev.berth.proto.v1.Pod pod(Reader reader, Pod pod, int queuePosition) {
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
                .setQueuePosition(queuePosition)
                .setGpuHourMicros(pod.placement().gpuHourMicros())
                .setProgress(progress(reader, pod));
        Integer exitCode = pod.status().exitCode();
        if (exitCode != null) {
            view.setExitCode(exitCode);
        }
        for (PodAction action : PodMachine.allowedActions(pod.state(), pod.hasRun(), pod.isElastic())) {
            view.addAllowedActions(EnumProtos.toProto(action));
        }
        Membership membership = pod.membership();
        if (membership != null) {
            view.setDeploymentId(membership.deploymentId().value()).setDeploymentIndex(membership.index());
        }
        place(reader, pod, view);
        times(pod.times(), view);
        return view.build();
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

    private static Connectivity connectivity(Reader reader, Pod pod) {
        HostId hostId = pod.placement().hostId();
        if (hostId == null || pod.placement().grant() == null) {
            return Connectivity.OK;
        }
        return reader.liveness().liveness(hostId, reader.nowMillis()) == Liveness.READY
                ? Connectivity.OK
                : Connectivity.HOST_UNREACHABLE;
    }

    private static String progress(Reader reader, Pod pod) {
        boolean underWay = (pod.state() == PodState.INITIALIZING && pod.status().detail() != PodDetail.QUEUED)
                || pod.state() == PodState.STOPPING
                || pod.state() == PodState.TERMINATING;
        return underWay ? reader.progress().message(pod.id()) : "";
    }
}
