package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.PodView;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A checked ListPods request: which pods it wants, how many, and after which. Immutable.
 *
 * @param hostIdOrName empty for pods of any host
 * @param deploymentIdOrName empty for pods of any deployment or none
 * @param gpuModel canonical, empty for any
 */
record ListQuery(
        TenantId tenant,
        boolean history,
        Set<PodState> states,
        String gpuModel,
        Map<String, String> labels,
        String hostIdOrName,
        String deploymentIdOrName,
        Page page) {
    static final long HISTORY_MILLIS = 24L * 3_600_000;

    static ListQuery of(ListPodsRequest request, Caller caller) {
        Violations violations = new Violations();
        boolean history = isHistory(request.getView(), violations);
        Set<PodState> states = states(request.getStatesList(), violations);
        violations.count("labels", request.getLabelsCount(), 32);
        request.getLabelsMap().forEach((key, value) -> SpecCheck.label(key, value, "labels", violations));
        if (!request.getHost().isEmpty()) {
            SpecCheck.name(request.getHost(), "host", violations);
        }
        if (!request.getDeployment().isEmpty()) {
            SpecCheck.name(request.getDeployment(), "deployment", violations);
        }
        Page page = Page.of(
                caller.tenant(),
                request.toBuilder().clearPageToken().clearPageSize().build(),
                request.getPageSize(),
                request.getPageToken(),
                violations);
        violations.throwIfAny();
        return new ListQuery(
                caller.tenant(),
                history,
                states,
                GpuCatalogue.canonicalName(request.getGpuModel()),
                new TreeMap<>(request.getLabelsMap()),
                request.getHost(),
                request.getDeployment(),
                page);
    }

    /** The last pod of the page before; null for the first page. */
    @Nullable
    PodOrder after() {
        PageToken.Place place = page.after();
        return place == null ? null : new PodOrder(place.createdMillis(), new PodId(place.id()));
    }

    static boolean isHistory(PodView view, Violations violations) {
        return switch (view) {
            case POD_VIEW_UNSPECIFIED, IN_PROGRESS -> false;
            case HISTORY -> true;
            case UNRECOGNIZED -> {
                violations.add("view", "is not known to this version");
                yield false;
            }
        };
    }

    private static Set<PodState> states(List<dev.berth.proto.v1.PodState> asked, Violations violations) {
        Set<PodState> states = EnumSet.noneOf(PodState.class);
        for (dev.berth.proto.v1.PodState state : asked) {
            switch (state) {
                case POD_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    violations.add("states", "holds a state that is not known to this version");
                case INITIALIZING, RUNNING, STOPPING, STOPPED, TERMINATING, TERMINATED, FAILED ->
                    states.add(EnumProtos.toModel(state));
            }
        }
        return states;
    }

    boolean wants(Reader reader, Pod pod, @Nullable Host host, @Nullable Deployment deployment) {
        return pod.tenant().equals(tenant)
                && inView(pod, history, reader.nowMillis())
                && (states.isEmpty() || states.contains(pod.state()))
                && (gpuModel.isEmpty() || holds(pod, gpuModel))
                && (deployment == null || pod.isMemberOf(deployment.id()))
                && (host == null || host.id().equals(pod.placement().hostId()))
                && pod.spec().labels().entrySet().containsAll(labels.entrySet());
    }

    static boolean inView(Pod pod, boolean history, long nowMillis) {
        return history == pod.state().isFinal()
                && (!history || pod.times().endedMillis() >= nowMillis - HISTORY_MILLIS);
    }

    private static boolean holds(Pod pod, String gpuModel) {
        Grant grant = pod.placement().grant();
        return grant != null && grant.gpuModel().equalsIgnoreCase(gpuModel);
    }
}
