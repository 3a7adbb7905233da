package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Reason;

/**
 * All pods or none: they are made together, and when one ends otherwise than by completing its rank, all the others end
 * too and the gang is made anew, since ranks cannot meet a half one. Pure.
 */
final class GangReconciler {
    private GangReconciler() {}

    static void plan(Situation situation, Draft draft) {
        DeploymentCensus census = situation.census();
        if (!situation.spec().isReplicaSet() && JobReconciler.isOver(situation, draft)) {
            return;
        }
        if (census.live() == 0) {
            create(situation, draft);
            return;
        }
        String broken = whatIsBroken(situation);
        if (!broken.isEmpty()) {
            draft.someOutdated();
            for (Pod pod : situation.live()) {
                draft.end(pod, Reason.REPLACED, "its gang begins anew: " + broken);
            }
        }
    }

    private static void create(Situation situation, Draft draft) {
        long dueMillis = Backoff.dueMillis(situation.progress(), situation.timings());
        if (situation.progress().heldCount() > 0 && situation.nowMillis() < dueMillis) {
            draft.wakeAt(dueMillis);
            return;
        }
        for (int rank = 0; rank < situation.spec().count(); rank++) {
            draft.create(rank);
        }
    }

    /** In a clause; empty when the gang is whole and as the template has it. */
    private static String whatIsBroken(Situation situation) {
        DeploymentCensus census = situation.census();
        boolean job = !situation.spec().isReplicaSet();
        for (int rank = 0; rank < situation.spec().count(); rank++) {
            if (!census.isLive(rank) && !(job && situation.progress().isCompleted(rank))) {
                return "rank " + rank + " has ended";
            }
        }
        if (census.ending() > 0) {
            return "one of its pods is being ended";
        }
        if (census.nextFree(situation.spec().count()) > situation.spec().count()) {
            return "it is to be smaller";
        }
        if (situation.mayBeOutdated()) {
            for (Pod pod : situation.live()) {
                if (situation.fits().apply(pod) != Fit.CURRENT) {
                    return "the deployment has a new template or size";
                }
            }
        }
        return "";
    }
}
