package dev.berth.agent.core;

import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.VolumeOrder;
import org.jspecify.annotations.Nullable;

/** The next step of one copy: level-triggered, from its order and what lies on the disk. Pure; asked by {@link Copies}. */
final class CopyPlan {
    private CopyPlan() {}

    /**
     * The step to take now, or null for none.
     *
     * @param inUse a pod has it mounted, or is just mounting or unmounting it
     */
    static @Nullable CopyStep next(CopyWork copy, boolean inUse) {
        VolumeOrder order = copy.order;
        if (order == null || copy.inFlight != null || copy.refused) {
            return null;
        }
        if (copy.isShared()) {
            return order.goal() == CopyGoal.PURGE && !copy.cleared && !inUse ? CopyStep.PURGE : null;
        }
        return switch (order.goal()) {
            case KEEP -> keep(copy, order);
            case FETCH -> copy.lies(Place.PRESENT) || order.source() == null ? null : CopyStep.FETCH;
            case TRASH -> copy.lies(Place.PRESENT) && !inUse && !copy.inDoubt ? CopyStep.TRASH : null;
            case PURGE -> purge(copy, inUse);
        };
    }

    /** It is made with its first mount, not before: until then nothing of it is needed. */
    private static @Nullable CopyStep keep(CopyWork copy, VolumeOrder order) {
        FoundCopy found = copy.found;
        if (found == null || found.place() != Place.PRESENT) {
            return order.restoredFrom() > 0 && !order.proven() ? CopyStep.TAKE_BACK : null;
        }
        return found.problem().isEmpty() && found.sizeBytes() < order.sizeBytes() ? CopyStep.GROW : null;
    }

    private static @Nullable CopyStep purge(CopyWork copy, boolean inUse) {
        if (copy.found == null || copy.inDoubt || inUse) {
            return null;
        }
        return copy.lies(Place.PRESENT) ? CopyStep.TRASH : CopyStep.PURGE;
    }
}
