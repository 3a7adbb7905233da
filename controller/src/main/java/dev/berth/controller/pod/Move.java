package dev.berth.controller.pod;

import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;

/** What a trigger does to a pod in a given state. */
public sealed interface Move {
    Move STAY = new Stay();
    Move REFUSE = new Refuse();

    /** The pod changes. */
    record To(PodState state, PodDetail detail) implements Move {}

    /** Nothing to do: an action already in effect, or a report that tells nothing new. */
    record Stay() implements Move {}

    /** The action is not allowed in this state. */
    record Refuse() implements Move {}

    static Move to(PodState state) {
        return new To(state, PodDetail.NONE);
    }
}
