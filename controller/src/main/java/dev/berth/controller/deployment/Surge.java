package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the pods of a ReplicaSet off hosts that are being emptied, one at a time: one more than wanted is made, and once
 * all that stay are running, one that leaves is ended for it. Where there is no room, the one too many waits in the queue
 * and those that leave run on until their host's deadline. Pure.
 */
final class Surge {
    private Surge() {}

    /** How many pods there may be: one more than wanted while some are to leave. */
    static int allowed(Situation situation, int wanted) {
        return leaving(situation).isEmpty() ? wanted : wanted + 1;
    }

    private static List<Pod> leaving(Situation situation) {
        if (situation.leaving().isEmpty()) {
            return List.of();
        }
        List<Pod> leaving = new ArrayList<>();
        for (Pod pod : situation.live()) {
            if (situation.leaving().contains(pod.id()) && Draft.isStaying(pod)) {
                leaving.add(pod);
            }
        }
        leaving.sort(Slots.FIRST_TO_GO);
        return leaving;
    }

    static void plan(Situation situation, Draft draft, int wanted) {
        List<Pod> leaving = leaving(situation);
        DeploymentCensus census = situation.census();
        if (leaving.isEmpty() || census.live() <= wanted || census.ending() > 0) {
            return;
        }
        Pod first = leaving.getFirst();
        if (census.pending() > 0) {
            return;
        }
        // One that does not run yet is missed by nobody.
        boolean missed = first.state() == PodState.RUNNING;
        int runElsewhere = 0;
        for (Pod pod : situation.live()) {
            if (pod.state() == PodState.RUNNING && !situation.leaving().contains(pod.id())) {
                runElsewhere++;
            }
        }
        if (!missed || runElsewhere + leaving.size() > wanted) {
            draft.end(first, Reason.REPLACED, "its host is being drained, and its replacement runs elsewhere");
        }
    }
}
