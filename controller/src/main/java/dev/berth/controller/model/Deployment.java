package dev.berth.controller.model;

/** A deployment at one version. {@code deleting}: it is forgotten once its last pod has ended. */
public record Deployment(
        DeploymentId id,
        TenantId tenant,
        DeploymentSpec spec,
        DeploymentState state,
        String message,
        boolean deleting,
        long createdMillis,
        long endedMillis,
        long version) {
    public String name() {
        return spec.name();
    }

    public Deployment withSpec(DeploymentSpec newSpec, long newVersion) {
        return new Deployment(id, tenant, newSpec, state, message, deleting, createdMillis, endedMillis, newVersion);
    }

    public Deployment withState(DeploymentState newState, String newMessage, long atMillis, long newVersion) {
        return new Deployment(
                id,
                tenant,
                spec,
                newState,
                newMessage,
                deleting,
                createdMillis,
                newState.isFinal() ? atMillis : endedMillis,
                newVersion);
    }

    public Deployment toBeDeleted(long newVersion) {
        return new Deployment(id, tenant, spec, state, message, true, createdMillis, endedMillis, newVersion);
    }
}
