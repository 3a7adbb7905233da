package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;

/**
 * Exactly so many pods. One that is ending still counts, so a replacement is made only when the old one has ended and
 * there are never more than asked (INV-32). Pure.
 */
final class ReplicaSetReconciler {
    private ReplicaSetReconciler() {}

    static void plan(Situation situation, Draft draft) {
        DeploymentCensus census = situation.census();
        int wanted = situation.spec().count();
        if (census.staying() > wanted) {
            Slots.endSurplus(situation, draft, census.staying() - wanted, "scaled down to " + wanted);
        }
        if (census.live() < wanted) {
            Slots.fill(situation, draft, wanted - census.live());
        }
        Rollout.plan(situation, draft, wanted);
    }
}
