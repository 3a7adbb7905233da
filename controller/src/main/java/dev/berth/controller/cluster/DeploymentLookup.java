package dev.berth.controller.cluster;

import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.TenantId;
import org.jspecify.annotations.Nullable;

/** Finds the deployment that a caller means, by id or else by name; another tenant's is refused like one that never was. Pure. */
public final class DeploymentLookup {
    private DeploymentLookup() {}

    /** Null when the tenant has none such. */
    public static @Nullable Deployment find(ClusterView cluster, TenantId tenant, String idOrName) {
        Deployment byId = cluster.deployment(new DeploymentId(idOrName));
        return byId != null && byId.tenant().equals(tenant) ? byId : cluster.deploymentNamed(tenant, idOrName);
    }

    public static Reply.Refused notFound(String idOrName) {
        return Reply.refused(
                Reply.Kind.NOT_FOUND, "no deployment has the id or name \"" + idOrName + "\"; it may be deleted.");
    }
}
