package dev.berth.controller.engine;

import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Unplaceable;
import org.jspecify.annotations.Nullable;

/**
 * Whether any host of the fleet could ever take what a pod without a place shall become, by the rule of a deploy: with
 * FAIL_FAST a refusal, with QUEUE a warning. Asked by edits and by volumes that grow.
 *
 * @param warning empty for none
 */
record FleetCheck(Reply.@Nullable Refused refusal, String warning) {
    /** {@code instead} is what the caller may ask for, as the end of a sentence. */
    static FleetCheck of(Scheduler scheduler, Turn turn, TenantId tenant, PodSpec spec, String instead) {
        Unplaceable why = scheduler.explain(Placing.search(turn, tenant, spec));
        if (why.everPossible()) {
            return new FleetCheck(null, "");
        }
        if (spec.unplaced() == Unplaced.QUEUE) {
            return new FleetCheck(null, "no host of the fleet could take this pod yet: " + why.explain());
        }
        return new FleetCheck(
                Reply.refused(
                        Reply.Kind.UNSATISFIABLE,
                        "no host of the fleet could ever take this pod: " + why.explain() + ". " + instead),
                "");
    }
}
