package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;

/**
 * Until so many numbers are completed, at most so many pods at a time. What is done is the set of numbers that completed
 * and nothing that is counted up (INV-33); there are never more live pods than numbers still open, so one too many can
 * not end. A Container is a Job of one. Pure.
 */
final class JobReconciler {
    private JobReconciler() {}

    static void plan(Situation situation, Draft draft) {
        DeploymentSpec spec = situation.spec();
        DeploymentCensus census = situation.census();
        if (isOver(situation, draft)) {
            return;
        }
        int open = spec.count() - situation.progress().completions();
        int wanted = Math.min(spec.parallelism(), open);
        if (census.staying() > wanted) {
            Slots.endSurplus(situation, draft, census.staying() - wanted, "only " + wanted + " at a time are wanted");
        }
        if (census.live() < wanted) {
            Slots.fill(situation, draft, wanted - census.live());
        }
        Rollout.plan(situation, draft, wanted);
    }

    /** Whether all is done, or has failed too often; then the deployment moves. */
    static boolean isOver(Situation situation, Draft draft) {
        DeploymentSpec spec = situation.spec();
        DeploymentProgress progress = situation.progress();
        if (progress.completions() >= spec.count()) {
            draft.move(DeploymentState.COMPLETED, "all " + spec.count() + " completions are done");
            return true;
        }
        if (spec.completion() == Completion.EXIT_ZERO && progress.userFailures() > spec.backoffLimit()) {
            draft.move(
                    DeploymentState.FAILED,
                    "its process failed " + progress.userFailures() + " times, more than the backoff_limit of "
                            + spec.backoffLimit());
            return true;
        }
        return false;
    }
}
