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
import org.jspecify.annotations.Nullable;

/**
 * A checked ListDeployments request, and its page, newest first. Immutable.
 *
 * @param after the last deployment of the page before; null for the first page
 */
record DeploymentQuery(
        TenantId tenant, Set<DeploymentState> states, int pageSize, String binding, PageToken.@Nullable Place after) {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    static DeploymentQuery of(ListDeploymentsRequest request, Caller caller) {
        Violations violations = new Violations();
        Set<DeploymentState> states = states(request.getStatesList(), violations);
        if (request.getPageSize() != 0) {
            violations.range("page_size", request.getPageSize(), 1, MAX_PAGE);
        }
        String binding = PageToken.bindingOf(
                caller.tenant(),
                request.toBuilder().clearPageToken().clearPageSize().build());
        PageToken.Place after = null;
        if (!request.getPageToken().isEmpty()) {
            after = PageToken.place(binding, request.getPageToken()).orElse(null);
            violations.check(after != null, "page_token", "is not a token of this query; begin with the first page");
        }
        violations.throwIfAny();
        return new DeploymentQuery(
                caller.tenant(),
                states,
                request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize(),
                binding,
                after);
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
    ListDeploymentsResponse page(Reader reader, Timings timings) {
        ListDeploymentsResponse.Builder page = ListDeploymentsResponse.newBuilder();
        Deployment last = null;
        for (Deployment deployment : reader.cluster().deployments().reversed()) {
            if (!wants(deployment)) {
                continue;
            }
            if (last != null && page.getDeploymentsCount() == pageSize) {
                return page.setNextPageToken(PageToken.encode(
                                binding, last.createdMillis(), last.id().value()))
                        .build();
            }
            page.addDeployments(DeploymentViews.deployment(reader, timings, deployment));
            last = deployment;
        }
        return page.build();
    }

    private boolean wants(Deployment deployment) {
        boolean rest = after == null
                || deployment.createdMillis() < after.createdMillis()
                || (deployment.createdMillis() == after.createdMillis()
                        && deployment.id().value().compareTo(after.id()) < 0);
        return rest && deployment.tenant().equals(tenant) && (states.isEmpty() || states.contains(deployment.state()));
    }
}
