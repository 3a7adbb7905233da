package dev.berth.controller.deployment;

import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;

/**
 * Replaces pods that are not as the template has them. Those whose place does not satisfy its conditions end now; of the
 * rest that run only so many that at most a tenth, and at least one, is missing at a time. Pure.
 */
final class Rollout {
    private static final int FRACTION = 10;

    private Rollout() {}

    /**
     * Whether a rollout whose pods were all looked at before has a step worth another look at all of them: what is left
     * runs, so it waits for room, and not for every single place of a large set.
     */
    static boolean canGoOn(int wanted, int running) {
        int mayMiss = Math.max(1, wanted / FRACTION);
        int room = mayMiss - Math.max(0, wanted - running);
        return room >= Math.max(1, mayMiss / FRACTION);
    }

    static void plan(Situation situation, Draft draft, int wanted) {
        if (!situation.mayBeOutdated()) {
            return;
        }
        int running = 0;
        for (Pod pod : situation.live()) {
            if (!Draft.isStaying(pod) || draft.ends(pod)) {
                continue;
            }
            if (situation.fits().apply(pod) == Fit.UNFIT) {
                draft.someOutdated();
                draft.end(pod, Reason.REPLACED, "its place does not satisfy the deployment's new conditions");
            } else if (pod.state() == PodState.RUNNING) {
                running++;
            }
        }
        int mayMiss = Math.max(1, wanted / FRACTION) - Math.max(0, wanted - running);
        for (Pod pod : situation.live()) {
            if (!Draft.isStaying(pod) || draft.ends(pod) || situation.fits().apply(pod) != Fit.OUTDATED) {
                continue;
            }
            draft.someOutdated();
            boolean missedAnyway = pod.state() != PodState.RUNNING;
            if (missedAnyway || mayMiss > 0) {
                draft.end(pod, Reason.REPLACED, "the deployment has a new template");
                mayMiss -= missedAnyway ? 0 : 1;
            }
        }
    }
}
