package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentEvent;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reason;
import org.jspecify.annotations.Nullable;

/** What records do to deployments. Part of {@link ClusterState}, same thread. */
final class DeploymentMoves {
    private final ClusterTables tables;

    DeploymentMoves(ClusterTables tables) {
        this.tables = tables;
    }

    void apply(JournalRecord.OfDeployment entry) {
        switch (entry) {
            case JournalRecord.DeploymentCreated r -> createDeployment(r);
            case JournalRecord.DeploymentChanged r -> {
                putDeployment(
                        tables.deployments.require(r.deploymentId()).deployment.withSpec(r.spec(), tables.version));
                addEvent(r.deploymentId(), r.message(), null, Reason.NONE, r.actor(), r.atMillis());
            }
            case JournalRecord.DeploymentMoved r -> moveDeployment(r);
            case JournalRecord.DeploymentDeleted r -> {
                tables.deployments.remove(r.deploymentId());
                tables.touchDeployment(r.deploymentId());
            }
        }
    }

    private void createDeployment(JournalRecord.DeploymentCreated r) {
        putDeployment(new Deployment(
                r.deploymentId(),
                r.tenant(),
                r.spec(),
                DeploymentState.ACTIVE,
                "accepted",
                false,
                r.atMillis(),
                0,
                tables.version));
        addEvent(r.deploymentId(), "created", null, Reason.NONE, r.actor(), r.atMillis());
        tables.requests.remember(r.request(), r.deploymentId().value(), r.atMillis());
    }

    private void moveDeployment(JournalRecord.DeploymentMoved r) {
        Deployment moved = tables.deployments.require(r.deploymentId()).deployment;
        if (moved.state() != r.state()) {
            moved = moved.withState(r.state(), r.message(), r.atMillis(), tables.version);
        }
        putDeployment(r.deleting() ? moved.toBeDeleted(tables.version) : moved);
        addEvent(r.deploymentId(), r.message(), null, Reason.NONE, r.actor(), r.atMillis());
    }

    private void putDeployment(Deployment deployment) {
        tables.deployments.put(deployment);
        tables.touchDeployment(deployment.id());
    }

    void addEvent(DeploymentId id, String message, @Nullable PodId podId, Reason reason, Actor actor, long atMillis) {
        tables.deployments.addEvent(id, new DeploymentEvent(tables.version, atMillis, message, podId, reason, actor));
    }
}
