package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.deployment.Fit;
import dev.berth.controller.deployment.Plan;
import dev.berth.controller.deployment.Reconciler;
import dev.berth.controller.deployment.Situation;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Timings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings deployments to what they wish for: those that a record touched, at once, and those whose back-off ends, when
 * the time has come. Its timers and what it remembers of templates are soft: a start looks at every deployment anew.
 */
final class Deployments {
    /** Pods that one turn may make; the rest follows with the next tick, so that a large deployment holds nobody up. */
    private static final int MOST_AT_ONCE = 2_000;

    private final Members members;
    private final Drains drains;
    private final Timings timings;
    private final int maxQueuedPods;
    private final NavigableMap<Long, NavigableSet<DeploymentId>> due = new TreeMap<>();
    private final Map<DeploymentId, Long> dueOf = new HashMap<>();

    /** Version of each deployment at which all its live pods were found to be as its template has them. */
    private final Map<DeploymentId, Long> currentAt = new HashMap<>();

    /** Version of each deployment at which all its live pods were last compared with its template. */
    private final Map<DeploymentId, Long> comparedAt = new HashMap<>();

    Deployments(Members members, Drains drains, Timings timings, int maxQueuedPods) {
        this.members = members;
        this.drains = drains;
        this.timings = timings;
        this.maxQueuedPods = maxQueuedPods;
    }

    /** Has every deployment that may still want something looked at with the next tick. */
    void begin(ClusterView cluster) {
        for (Deployment deployment : cluster.deployments()) {
            if (!deployment.state().isFinal()
                    || deployment.deleting()
                    || cluster.census(deployment.id()).live() > 0) {
                wake(deployment.id(), 0);
            }
        }
    }

    /** Those whose time has come; asked for once. */
    List<DeploymentId> due(long nowMillis) {
        List<DeploymentId> now = new ArrayList<>();
        for (NavigableSet<DeploymentId> ids : due.headMap(nowMillis, true).values()) {
            now.addAll(ids);
        }
        now.forEach(id -> wake(id, Plan.NEVER));
        return now;
    }

    /** True when a pod was made, which needs a place. */
    boolean serve(Turn turn, Collection<DeploymentId> ids) {
        boolean made = false;
        for (DeploymentId id : ids) {
            Deployment deployment = turn.cluster().deployment(id);
            if (deployment == null) {
                wake(id, Plan.NEVER);
                currentAt.remove(id);
                comparedAt.remove(id);
            } else {
                made |= serve(turn, deployment);
            }
        }
        return made;
    }

    private boolean serve(Turn turn, Deployment deployment) {
        DeploymentId id = deployment.id();
        ClusterView cluster = turn.cluster();
        boolean mayBeOutdated = mayBeOutdated(cluster, deployment);
        Plan plan = Reconciler.plan(new Situation(
                deployment,
                cluster.livePods(id),
                cluster.census(id),
                cluster.progress(id),
                mayBeOutdated,
                mayBeOutdated ? members.fits(cluster, deployment) : pod -> Fit.CURRENT,
                drains.leaving(cluster, deployment),
                timings,
                turn.nowMillis()));
        if (mayBeOutdated) {
            comparedAt.put(id, deployment.version());
        }
        if (mayBeOutdated && plan.allCurrent() && deployment.state() == DeploymentState.ACTIVE) {
            currentAt.put(id, deployment.version());
        }
        wake(id, plan.wakeMillis());
        return carryOut(turn, deployment, plan);
    }

    /** Whether it is worth while to compare the pods with the template: a walk through all of them. */
    private boolean mayBeOutdated(ClusterView cluster, Deployment deployment) {
        DeploymentId id = deployment.id();
        if (currentAt.getOrDefault(id, -1L) == deployment.version()) {
            return false;
        }
        return comparedAt.getOrDefault(id, -1L) != deployment.version()
                || Reconciler.rolloutCanGoOn(deployment.spec(), cluster.census(id), cluster.progress(id));
    }

    private boolean carryOut(Turn turn, Deployment deployment, Plan plan) {
        List<Integer> indexes = new ArrayList<>();
        for (Plan.Step step : plan.steps()) {
            switch (step) {
                case Plan.Create(int index) -> indexes.add(index);
                case Plan.End(var podId, var reason, var why) -> members.end(turn, podId, reason, why, Actor.SCHEDULER);
                case Plan.Move(var state, var why) ->
                    turn.record(new JournalRecord.DeploymentMoved(
                            deployment.id(), state, deployment.deleting(), why, Actor.SCHEDULER, turn.nowMillis()));
                case Plan.Forget() ->
                    turn.record(new JournalRecord.DeploymentDeleted(deployment.id(), turn.nowMillis()));
            }
        }
        List<Integer> now = asManyAsMay(turn, deployment, indexes);
        members.create(turn, deployment, now);
        turn.madeMembers(now.size());
        return !now.isEmpty();
    }

    /** What the turn and the queue have no room for is left for the next tick; of a gang all or none. */
    private List<Integer> asManyAsMay(Turn turn, Deployment deployment, List<Integer> indexes) {
        int room = Math.min(
                MOST_AT_ONCE - turn.membersMade(),
                maxQueuedPods - turn.cluster().queue().size());
        if (indexes.size() <= room) {
            return indexes;
        }
        wake(deployment.id(), turn.nowMillis());
        return deployment.spec().gang() ? List.of() : indexes.subList(0, Math.max(0, room));
    }

    private void wake(DeploymentId id, long atMillis) {
        Long before = dueOf.remove(id);
        if (before != null) {
            NavigableSet<DeploymentId> then = due.get(before);
            if (then != null && then.remove(id) && then.isEmpty()) {
                due.remove(before);
            }
        }
        if (atMillis != Plan.NEVER) {
            dueOf.put(id, atMillis);
            due.computeIfAbsent(atMillis, at -> new TreeSet<>()).add(id);
        }
    }
}
