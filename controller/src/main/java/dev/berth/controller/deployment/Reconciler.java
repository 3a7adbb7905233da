package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Reason;

/**
 * From what is to what shall be, for one deployment. Pure and level-triggered: the plan follows from the situation alone,
 * whatever happened before, and a plan that was carried out leads to an empty one. Called by the engine.
 */
public final class Reconciler {
    private Reconciler() {}

    public static Plan plan(Situation situation) {
        Draft draft = new Draft();
        if (situation.deployment().state() != DeploymentState.ACTIVE) {
            end(situation, draft);
        } else if (situation.spec().gang()) {
            GangReconciler.plan(situation, draft);
        } else if (situation.spec().isReplicaSet()) {
            ReplicaSetReconciler.plan(situation, draft);
        } else {
            JobReconciler.plan(situation, draft);
        }
        return draft.plan();
    }

    /**
     * Whether pods that do not run what the template says can be replaced now, given that all were looked at since the
     * template changed. Costs the same whatever the size.
     */
    public static boolean rolloutCanGoOn(DeploymentSpec spec, DeploymentCensus census, DeploymentProgress progress) {
        int wanted = spec.isReplicaSet()
                ? spec.count()
                : Math.min(spec.parallelism(), spec.count() - progress.completions());
        return spec.gang() || Rollout.canGoOn(wanted, census.running());
    }

    /** A deployment that wants no pods any more: they end, then it is what it was to become. */
    private static void end(Situation situation, Draft draft) {
        Deployment deployment = situation.deployment();
        if (situation.census().staying() > 0) {
            boolean stopping = deployment.state() == DeploymentState.STOPPING;
            Reason reason = stopping ? Reason.USER : Reason.NONE;
            String why = stopping ? "its deployment was stopped" : "its deployment is " + deployment.state();
            for (Pod pod : situation.live()) {
                draft.end(pod, reason, why);
            }
        }
        if (situation.census().live() > 0) {
            return;
        }
        if (deployment.state() == DeploymentState.STOPPING) {
            draft.move(DeploymentState.STOPPED, "all pods have ended");
        } else if (deployment.deleting()) {
            draft.forget();
        }
    }
}
