package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;

/**
 * Exactly so many pods. One that is ending still counts, so a replacement is made only when the old one has ended and
 * there are never more than asked (INV-32), but for the one that makes a drain go unnoticed. Pure.
 */
final class ReplicaSetReconciler {
    private ReplicaSetReconciler() {}

    static void plan(Situation situation, Draft draft) {
        DeploymentCensus census = situation.census();
        int wanted = situation.spec().count();
        int allowed = Surge.allowed(situation, wanted);
        if (census.staying() > allowed) {
            Slots.endSurplus(situation, draft, census.staying() - allowed, "no more than " + allowed + " are wanted");
        }
        if (census.live() < allowed) {
            Slots.fill(situation, draft, allowed - census.live());
        }
        Surge.plan(situation, draft, wanted);
        Rollout.plan(situation, draft, wanted);
    }
}
