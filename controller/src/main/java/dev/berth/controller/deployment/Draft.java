package dev.berth.controller.deployment;

import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A {@link Plan} in the making. Ends no pod twice and none that is being ended already. */
final class Draft {
    private final List<Plan.Step> steps = new ArrayList<>();
    private final Set<PodId> ended = new HashSet<>();
    private long wakeMillis = Plan.NEVER;
    private boolean allCurrent = true;

    void create(int index) {
        steps.add(new Plan.Create(index));
    }

    void end(Pod pod, Reason reason, String why) {
        if (isStaying(pod) && ended.add(pod.id())) {
            steps.add(new Plan.End(pod.id(), reason, why));
        }
    }

    void move(DeploymentState state, String why) {
        steps.add(new Plan.Move(state, why));
    }

    void forget() {
        steps.add(new Plan.Forget());
    }

    void wakeAt(long millis) {
        wakeMillis = Math.min(wakeMillis, millis);
    }

    void someOutdated() {
        allCurrent = false;
    }

    boolean ends(Pod pod) {
        return ended.contains(pod.id());
    }

    Plan plan() {
        return new Plan(List.copyOf(steps), wakeMillis, allCurrent);
    }

    /** Neither final nor on its way there. */
    static boolean isStaying(Pod pod) {
        return pod.state() == PodState.INITIALIZING || pod.state() == PodState.RUNNING;
    }
}
