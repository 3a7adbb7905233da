package dev.berth.agent.core;

import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.VolumeOrder;
import org.jspecify.annotations.Nullable;

/** What is reported of one copy. Pure; asked by {@link Copies}. */
final class CopyView {
    /** Smaller changes of what a copy takes of the disk are not worth a message. */
    private static final long WORTH_TELLING_BYTES = 64L << 20;

    private CopyView() {}

    /**
     * Null: there is nothing to say, as of a volume that is made with its first mount.
     *
     * @param settled what was found is so: no step under way, of it or of a pod, could still put something there
     */
    static @Nullable ObservedCopy of(CopyWork copy, boolean settled) {
        VolumeOrder order = copy.order;
        FoundCopy found = copy.found;
        if (order == null) {
            return found == null ? null : seen(copy, CopyCondition.UNKNOWN, words(found));
        }
        if (copy.isShared()) {
            return seen(copy, copy.cleared ? CopyCondition.ABSENT : CopyCondition.PRESENT, copy.trouble);
        }
        return switch (order.goal()) {
            case KEEP -> keep(copy, order);
            case FETCH ->
                copy.lies(Place.PRESENT)
                        ? seen(copy, CopyCondition.FETCHED, copy.trouble)
                        : seen(copy, CopyCondition.FETCHING, copy.trouble);
            case TRASH, PURGE -> leaving(copy, settled);
        };
    }

    private static @Nullable ObservedCopy keep(CopyWork copy, VolumeOrder order) {
        FoundCopy found = copy.found;
        if (found != null && found.place() == Place.PRESENT) {
            if (!found.problem().isEmpty()) {
                return seen(copy, CopyCondition.DAMAGED, found.problem());
            }
            return found.frozen()
                    ? seen(copy, CopyCondition.FROZEN, "writes wait: the host's disk is almost full")
                    : seen(copy, CopyCondition.PRESENT, copy.trouble);
        }
        if (order.proven()) {
            return seen(
                    copy,
                    CopyCondition.DAMAGED,
                    "missing: it was on this host's disk and is not any more; it is not made anew");
        }
        return copy.refused ? seen(copy, CopyCondition.DAMAGED, copy.trouble) : null;
    }

    private static @Nullable ObservedCopy leaving(CopyWork copy, boolean settled) {
        FoundCopy found = copy.found;
        if (found == null && copy.inFlight == CopyStep.FETCH) {
            return seen(copy, CopyCondition.FETCHING, "being given up");
        }
        if (found == null) {
            return settled ? seen(copy, CopyCondition.ABSENT, "") : null;
        }
        return switch (found.place()) {
            case PRESENT -> seen(copy, CopyCondition.PRESENT, copy.trouble);
            case TRASHED -> seen(copy, CopyCondition.TRASHED, copy.trouble);
            case PARTIAL -> seen(copy, CopyCondition.TRASHED, "only a part of a fetch; " + copy.trouble);
        };
    }

    private static String words(FoundCopy found) {
        String place = switch (found.place()) {
            case PRESENT -> "on the disk";
            case TRASHED -> "in the trash";
            case PARTIAL -> "a part of a fetch";
        };
        return place + ", in no order" + (found.problem().isEmpty() ? "" : "; " + found.problem());
    }

    private static ObservedCopy seen(CopyWork copy, CopyCondition condition, String message) {
        FoundCopy found = copy.found;
        return new ObservedCopy(
                copy.key, condition, found == null ? -1 : found.allocatedBytes(), percent(copy, condition), message);
    }

    private static int percent(CopyWork copy, CopyCondition condition) {
        return condition == CopyCondition.FETCHING ? copy.percent : 0;
    }

    /** Whether the controller should hear of the difference. */
    static boolean differs(ObservedCopy now, @Nullable ObservedCopy before) {
        return before == null
                || now.condition() != before.condition()
                || now.percent() != before.percent()
                || (now.allocatedBytes() < 0) != (before.allocatedBytes() < 0)
                || !now.message().equals(before.message())
                || Math.abs(now.allocatedBytes() - before.allocatedBytes()) >= WORTH_TELLING_BYTES;
    }
}
