package dev.berth.cli.deployment;

import dev.berth.cli.command.Session;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.ListDeploymentsResponse;
import java.util.List;

/** Writes the deployments that an action left: one as a Deployment, several as a ListDeploymentsResponse. */
final class DeploymentOutput {
    private DeploymentOutput() {}

    static void print(List<Deployment> deployments, Session session) {
        if (deployments.size() == 1) {
            session.render().document(deployments.getFirst(), () -> DeploymentText.table(deployments, session.clock()));
        } else if (!deployments.isEmpty()) {
            ListDeploymentsResponse all = ListDeploymentsResponse.newBuilder()
                    .addAllDeployments(deployments)
                    .build();
            session.render().document(all, () -> DeploymentText.table(deployments, session.clock()));
        }
    }
}
