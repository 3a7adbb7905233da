package dev.berth.controller.rpc;

import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.protos.DeploymentProtos;
import dev.berth.proto.v1.ListDeploymentsRequest;
import dev.berth.proto.v1.ListDeploymentsResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A checked ListDeployments request, and its page, newest first. Immutable.
 */
record DeploymentQuery(TenantId tenant, Set<DeploymentState> states, Page page) {

    static DeploymentQuery of(ListDeploymentsRequest request, Caller caller) {
        Violations violations = new Violations();
        Set<DeploymentState> states = states(request.getStatesList(), violations);
        Page page = Page.of(
                caller.tenant(),
                request.toBuilder().clearPageToken().clearPageSize().build(),
                request.getPageSize(),
                request.getPageToken(),
                violations);
        violations.throwIfAny();
        return new DeploymentQuery(caller.tenant(), states, page);
    }

    private static Set<DeploymentState> states(List<dev.berth.proto.v1.DeploymentState> asked, Violations violations) {
        Set<DeploymentState> states = EnumSet.noneOf(DeploymentState.class);
        for (dev.berth.proto.v1.DeploymentState state : asked) {
            switch (state) {
                case DEPLOYMENT_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    violations.add("states", "holds a state that is not known to this version");
                case ACTIVE, COMPLETED, DEPLOYMENT_FAILED, DEPLOYMENT_STOPPING, DEPLOYMENT_STOPPED ->
                    states.add(DeploymentProtos.toModel(state));
            }
        }
        return states;
    }

    /** On the loop's thread. */
    ListDeploymentsResponse answer(Reader reader, Timings timings) {
        ListDeploymentsResponse.Builder answer = ListDeploymentsResponse.newBuilder();
        Deployment last = null;
        for (Deployment deployment : reader.cluster().deployments().reversed()) {
            if (!wants(deployment)) {
                continue;
            }
            if (last != null && answer.getDeploymentsCount() == page.size()) {
                return answer.setNextPageToken(
                                page.tokenAfter(last.createdMillis(), last.id().value()))
                        .build();
            }
            answer.addDeployments(DeploymentViews.deployment(reader, timings, deployment));
            last = deployment;
        }
        return answer.build();
    }

    private boolean wants(Deployment deployment) {
        return page.hasYetToShow(deployment.createdMillis(), deployment.id().value())
                && deployment.tenant().equals(tenant)
                && (states.isEmpty() || states.contains(deployment.state()));
    }
}
