package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What ReplicaSets and Jobs have in common: filling places that are empty, and giving up those that are too many. Pure. */
final class Slots {
    /** Pending, then with a place but not running, then running; in each the newest first; locked ones last of all. */
    static final Comparator<Pod> FIRST_TO_GO = Comparator.comparing(Pod::locked)
            .thenComparingInt(Slots::rank)
            .thenComparing((Pod pod) -> pod.times().createdMillis(), Comparator.reverseOrder())
            .thenComparing(Pod::id, Comparator.reverseOrder());

    private Slots() {}

    private static int rank(Pod pod) {
        return switch (pod.state()) {
            case INITIALIZING -> pod.isQueued() ? 0 : 1;
            case RUNNING -> 2;
            case STOPPING, STOPPED, TERMINATING, TERMINATED, FAILED -> 3;
        };
    }

    static void endSurplus(Situation situation, Draft draft, int surplus, String why) {
        List<Pod> staying = new ArrayList<>();
        for (Pod pod : situation.live()) {
            if (Draft.isStaying(pod)) {
                staying.add(pod);
            }
        }
        staying.sort(FIRST_TO_GO);
        staying.stream().limit(surplus).forEach(pod -> draft.end(pod, Reason.USER, why));
    }

    /**
     * Fills so many empty places with the lowest numbers that are free. As many of them as failed wait for the back-off;
     * the others, empty because the count rose or a pod ended by command or with its host, are filled at once.
     */
    static void fill(Situation situation, Draft draft, int missing) {
        DeploymentProgress progress = situation.progress();
        long dueMillis = Backoff.dueMillis(progress, situation.timings());
        boolean due = situation.nowMillis() >= dueMillis;
        int atOnce = due ? missing : Math.max(0, missing - progress.heldCount());
        if (atOnce < missing) {
            draft.wakeAt(dueMillis);
        }
        boolean job = !situation.spec().isReplicaSet();
        int index = 0;
        for (int made = 0; made < atOnce; index++) {
            index = situation.census().nextFree(index);
            if ((due || !progress.isHeld(index)) && !(job && progress.isCompleted(index))) {
                draft.create(index);
                made++;
            }
        }
    }
}
