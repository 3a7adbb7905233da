package dev.berth.controller.store;

import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.DeploymentProtos;
import dev.berth.controller.protos.PodProtos;
import dev.berth.proto.journal.v1.DeploymentChanged;
import dev.berth.proto.journal.v1.DeploymentCreated;
import dev.berth.proto.journal.v1.DeploymentDeleted;
import dev.berth.proto.journal.v1.DeploymentMoved;
import dev.berth.proto.journal.v1.Record;
import dev.berth.proto.journal.v1.SnapshotDeployment;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Records of deployments and their part of a snapshot, both ways. Pure; part of {@link RecordCodec}. */
final class DeploymentCodec {
    private DeploymentCodec() {}

    static void write(JournalRecord.OfDeployment entry, Record.Builder proto) {
        switch (entry) {
            case JournalRecord.DeploymentCreated r -> proto.setDeploymentCreated(toProto(r));
            case JournalRecord.DeploymentChanged r -> proto.setDeploymentChanged(toProto(r));
            case JournalRecord.DeploymentMoved r -> proto.setDeploymentMoved(toProto(r));
            case JournalRecord.DeploymentDeleted r -> proto.setDeploymentDeleted(toProto(r));
        }
    }

    static @Nullable Membership membership(String deploymentId, int index) {
        return deploymentId.isEmpty() ? null : new Membership(new DeploymentId(deploymentId), index);
    }

    static JournalRecord toModel(DeploymentCreated r) {
        return new JournalRecord.DeploymentCreated(
                new DeploymentId(r.getDeploymentId()),
                new TenantId(r.getTenantId()),
                DeploymentProtos.toModel(r.getSpec()),
                PodProtos.toModel(r.getActor()),
                RequestCodec.toModel(r.getRequest()),
                r.getAtMillis());
    }

    static DeploymentCreated toProto(JournalRecord.DeploymentCreated r) {
        return DeploymentCreated.newBuilder()
                .setDeploymentId(r.deploymentId().value())
                .setTenantId(r.tenant().value())
                .setSpec(DeploymentProtos.toProto(r.spec()))
                .setActor(PodProtos.toProto(r.actor()))
                .setRequest(RequestCodec.toProto(r.request()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(DeploymentChanged r) {
        return new JournalRecord.DeploymentChanged(
                new DeploymentId(r.getDeploymentId()),
                DeploymentProtos.toModel(r.getSpec()),
                r.getMessage(),
                PodProtos.toModel(r.getActor()),
                r.getAtMillis());
    }

    static DeploymentChanged toProto(JournalRecord.DeploymentChanged r) {
        return DeploymentChanged.newBuilder()
                .setDeploymentId(r.deploymentId().value())
                .setSpec(DeploymentProtos.toProto(r.spec()))
                .setMessage(r.message())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(DeploymentMoved r) {
        return new JournalRecord.DeploymentMoved(
                new DeploymentId(r.getDeploymentId()),
                DeploymentProtos.toModel(r.getState()),
                r.getDeleting(),
                r.getMessage(),
                PodProtos.toModel(r.getActor()),
                r.getAtMillis());
    }

    static DeploymentMoved toProto(JournalRecord.DeploymentMoved r) {
        return DeploymentMoved.newBuilder()
                .setDeploymentId(r.deploymentId().value())
                .setState(DeploymentProtos.toProto(r.state()))
                .setDeleting(r.deleting())
                .setMessage(r.message())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(DeploymentDeleted r) {
        return new JournalRecord.DeploymentDeleted(new DeploymentId(r.getDeploymentId()), r.getAtMillis());
    }

    static DeploymentDeleted toProto(JournalRecord.DeploymentDeleted r) {
        return DeploymentDeleted.newBuilder()
                .setDeploymentId(r.deploymentId().value())
                .setAtMillis(r.atMillis())
                .build();
    }

    static SnapshotDeployment toProto(Snapshot.DeploymentWithProgress entry) {
        Deployment deployment = entry.deployment();
        DeploymentProgress.Numbers progress = entry.progress();
        SnapshotDeployment.Builder proto = SnapshotDeployment.newBuilder()
                .setCreated(DeploymentCreated.newBuilder()
                        .setDeploymentId(deployment.id().value())
                        .setTenantId(deployment.tenant().value())
                        .setSpec(DeploymentProtos.toProto(deployment.spec()))
                        .setAtMillis(deployment.createdMillis()))
                .setState(DeploymentProtos.toProto(deployment.state()))
                .setMessage(deployment.message())
                .setDeleting(deployment.deleting())
                .setVersion(deployment.version())
                .setEndedMillis(deployment.endedMillis())
                .setFinished(progress.finished())
                .setFailed(progress.failed())
                .setUserFailures(progress.userFailures())
                .setFailuresInRow(progress.failuresInRow())
                .setLastFailureMillis(progress.lastFailureMillis());
        progress.completed().stream().forEach(proto::addCompleted);
        progress.held().stream().forEach(proto::addHeld);
        progress.failuresByHost().forEach((hostId, count) -> proto.putFailuresByHost(hostId.value(), count));
        entry.events().forEach(event -> proto.addEvents(DeploymentProtos.toProto(event)));
        return proto.build();
    }

    static Snapshot.DeploymentWithProgress toModel(SnapshotDeployment entry) {
        DeploymentCreated created = entry.getCreated();
        BitSet completed = new BitSet();
        entry.getCompletedList().forEach(completed::set);
        BitSet held = new BitSet();
        entry.getHeldList().forEach(held::set);
        NavigableMap<HostId, Integer> failuresByHost = new TreeMap<>();
        entry.getFailuresByHostMap().forEach((hostId, count) -> failuresByHost.put(new HostId(hostId), count));
        return new Snapshot.DeploymentWithProgress(
                new Deployment(
                        new DeploymentId(created.getDeploymentId()),
                        new TenantId(created.getTenantId()),
                        DeploymentProtos.toModel(created.getSpec()),
                        DeploymentProtos.toModel(entry.getState()),
                        entry.getMessage(),
                        entry.getDeleting(),
                        created.getAtMillis(),
                        entry.getEndedMillis(),
                        entry.getVersion()),
                new DeploymentProgress.Numbers(
                        completed,
                        held,
                        entry.getFinished(),
                        entry.getFailed(),
                        entry.getUserFailures(),
                        entry.getFailuresInRow(),
                        entry.getLastFailureMillis(),
                        failuresByHost),
                entry.getEventsList().stream().map(DeploymentProtos::toModel).toList());
    }
}
