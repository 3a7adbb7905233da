package dev.berth.controller.rpc;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.deployment.Backoff;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Timings;
import dev.berth.controller.protos.DeploymentProtos;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.Counters;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.Endpoint;
import java.util.ArrayList;
import java.util.List;

/** What callers see of deployments. Called within queries, on the loop's thread. */
final class DeploymentViews {
    private DeploymentViews() {}

    static dev.berth.proto.v1.Deployment deployment(Reader reader, Timings timings, Deployment deployment) {
        dev.berth.proto.v1.Deployment.Builder view = dev.berth.proto.v1.Deployment.newBuilder()
                .setId(deployment.id().value())
                .setTenantId(deployment.tenant().value())
                .setSpec(spec(deployment))
                .setState(DeploymentProtos.toProto(deployment.state()))
                .setMessage(deployment.message())
                .setVersion(deployment.version())
                .setCreatedAt(TimeProtos.timestamp(deployment.createdMillis()));
        if (deployment.endedMillis() > 0) {
            view.setEndedAt(TimeProtos.timestamp(deployment.endedMillis()));
        }
        // One that was deleted by the very request that shows it has nothing to count.
        if (reader.cluster().deployment(deployment.id()) != null) {
            DeploymentProgress progress = reader.cluster().progress(deployment.id());
            DeploymentCensus census = reader.cluster().census(deployment.id());
            view.setCounters(counters(progress, census));
            long dueMillis = Backoff.dueMillis(progress, timings);
            boolean wantsMore = deployment.state() == DeploymentState.ACTIVE
                    && census.live()
                            < Math.min(
                                    deployment.spec().count(), deployment.spec().parallelism());
            if (wantsMore && progress.heldCount() > 0 && dueMillis > reader.nowMillis()) {
                view.setBackoffUntil(TimeProtos.timestamp(dueMillis));
            }
        }
        return view.build();
    }

    private static Counters counters(DeploymentProgress progress, DeploymentCensus census) {
        return Counters.newBuilder()
                .setPending(census.pending())
                .setStarting(census.starting())
                .setRunning(census.running())
                .setEnding(census.ending())
                .setFinished((int) Math.min(Integer.MAX_VALUE, progress.finished()))
                .setFailed((int) Math.min(Integer.MAX_VALUE, progress.failed()))
                .build();
    }

    /** As it may be asked for again: without the defaults of fields that its mode does not have. */
    private static DeploymentSpec spec(Deployment deployment) {
        DeploymentSpec.Builder spec = DeploymentProtos.toProto(deployment.spec()).toBuilder();
        if (spec.getMode() == DeploymentMode.REPLICA_SET) {
            spec.clearCompletion();
        }
        if (spec.getCompletion() != Completion.EXIT_ZERO) {
            spec.clearBackoffLimit();
        }
        if (!spec.getGang()) {
            spec.clearMasterPort();
        }
        return spec.build();
    }

    /** Of all pods that run and whose ports answer, by pod id. */
    static List<Endpoint> endpoints(Reader reader, Deployment deployment) {
        List<Pod> running = new ArrayList<>();
        for (Pod pod : reader.cluster().livePods(deployment.id())) {
            if (AttachmentViews.isReady(reader, pod)) {
                running.add(pod);
            }
        }
        running.sort((one, other) -> one.id().compareTo(other.id()));
        List<Endpoint> endpoints = new ArrayList<>(running.size());
        for (Pod pod : running) {
            endpoints.add(endpoint(reader, pod));
        }
        return endpoints;
    }

    private static Endpoint endpoint(Reader reader, Pod pod) {
        Endpoint.Builder endpoint = Endpoint.newBuilder()
                .setPodId(pod.id().value())
                .setIncarnation(pod.placement().incarnation());
        Membership membership = pod.membership();
        if (membership != null) {
            endpoint.setDeploymentIndex(membership.index());
        }
        HostId hostId = pod.placement().hostId();
        Host host = hostId == null ? null : reader.cluster().host(hostId);
        if (host != null) {
            endpoint.setHostId(host.id().value())
                    .setHostName(host.name())
                    .setAddress(AttachmentViews.address(host))
                    .addAllPorts(AttachmentViews.ports(reader, pod));
        }
        return endpoint.build();
    }
}
