package dev.berth.controller.deployment;

import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reason;
import java.util.List;

/**
 * What shall happen to a deployment now; the engine carries it out in this order.
 *
 * @param wakeMillis when to look again though nothing happened; {@link #NEVER} when only a change can matter
 * @param allCurrent whether every live pod is as the template has it, as far as that was looked at
 */
public record Plan(List<Step> steps, long wakeMillis, boolean allCurrent) {
    public static final long NEVER = Long.MAX_VALUE;

    /** One thing to do. */
    public sealed interface Step {}

    /** A pod of this number. */
    public record Create(int index) implements Step {}

    /** A live pod shall end, for this reason and with this sentence. */
    public record End(PodId podId, Reason reason, String why) implements Step {}

    /** The deployment itself moves on. */
    public record Move(DeploymentState state, String why) implements Step {}

    /** Nothing is left of a deployment that was to be deleted. */
    public record Forget() implements Step {}
}
