package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.deployment.Fit;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes and ends the pods of deployments, and judges whether they are still what their template says. */
final class Members {
    /** Failures in a row on one host after which new pods stay off it. */
    private static final int FAILURES_TO_AVOID = 2;

    private final Scheduler scheduler;

    /** Pods made in this turn that do not want to wait. */
    private final List<PodId> impatient = new ArrayList<>();

    Members(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Pods of these numbers, in this order, so that rank 0 of a gang comes first. */
    void create(Turn turn, Deployment deployment, List<Integer> indexes) {
        if (indexes.isEmpty()) {
            return;
        }
        ClusterView cluster = turn.cluster();
        PodSpec template = deployment.spec().template();
        ResourceRequest request = template.request().withAvoidHosts(avoidHosts(cluster, deployment));
        PodId master = PodId.derived(cluster.clusterId(), deployment.id(), cluster.version() + 1);
        for (int index : indexes) {
            PodId podId = PodId.derived(cluster.clusterId(), deployment.id(), cluster.version() + 1);
            PodSpec spec = template.named(deployment.name() + "-" + index).withRequest(request);
            if (deployment.spec().gang()) {
                spec = GangWords.add(spec, deployment.spec(), index, master);
            }
            turn.record(new JournalRecord.PodCreated(
                    podId,
                    deployment.tenant(),
                    spec,
                    new Membership(deployment.id(), index),
                    Actor.SCHEDULER,
                    null,
                    turn.nowMillis()));
            if (spec.unplaced() == Unplaced.FAIL_FAST) {
                impatient.add(podId);
            }
        }
    }

    /** Those of the template, and hosts where pods failed in a row, unless no other host could ever match. */
    private List<String> avoidHosts(ClusterView cluster, Deployment deployment) {
        ResourceRequest request = deployment.spec().template().request();
        List<String> hosts = new ArrayList<>(request.avoidHosts());
        for (Map.Entry<HostId, Integer> failures :
                cluster.progress(deployment.id()).failuresByHost().entrySet()) {
            String hostId = failures.getKey().value();
            if (failures.getValue() >= FAILURES_TO_AVOID && !hosts.contains(hostId)) {
                hosts.add(hostId);
            }
        }
        boolean none = hosts.size() == request.avoidHosts().size();
        return none
                        || scheduler
                                .explain(Search.of(request.withAvoidHosts(hosts)))
                                .everPossible()
                ? List.copyOf(hosts)
                : request.avoidHosts();
    }

    /** Ends a member on its way to TERMINATED; nothing where it is there or on the way already. */
    void end(Turn turn, PodId podId, Reason reason, String why, Actor actor) {
        Pod pod = turn.pod(podId);
        boolean onHost = PodActions.onHost(turn.cluster(), pod, PodAction.TERMINATE);
        if (PodMachine.next(pod, Trigger.TERMINATE, onHost) instanceof Move.To(var state, var detail)) {
            turn.move(podId, new PodStatus(DesiredState.TERMINATED, state, detail, reason, why, null), actor);
        }
    }

    /** Fails what was made in this turn, found no place and does not want to wait. After the queue was served. */
    void failUnplaced(Turn turn) {
        Map<Search, String> whys = new HashMap<>();
        for (PodId podId : impatient) {
            Pod pod = turn.cluster().pod(podId);
            if (pod != null && pod.isQueued() && turn.cluster().reservation(podId) == null) {
                String why = whys.computeIfAbsent(
                        Placing.search(turn, pod.tenant(), pod.spec()),
                        search -> scheduler.explain(search).explain());
                NoCapacity.fail(turn, pod, "nothing is free: " + why);
            }
        }
        impatient.clear();
    }

    Function<Pod, Fit> fits(ClusterView cluster, Deployment deployment) {
        List<String> avoidHosts = avoidHosts(cluster, deployment);
        return pod -> TemplateFit.of(cluster, deployment, pod, avoidHosts);
    }
}
