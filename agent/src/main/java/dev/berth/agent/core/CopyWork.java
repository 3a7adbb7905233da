package dev.berth.agent.core;

import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Everything that the engine holds about one copy of a volume. Written by {@link Copies} alone. */
final class CopyWork {
    final VolumeKey key;

    /** Null: nothing is ever done to it. */
    @Nullable
    VolumeOrder order;

    /** As listed, or as the last step left it; null: nothing lies there. */
    @Nullable
    FoundCopy found;

    @Nullable
    CopyStep inFlight;

    /** Of the fetch under way. */
    @Nullable
    FetchSource inFlightSource;

    boolean cancelled;
    /** Its last step failed: only a listing tells what lies there now. */
    boolean inDoubt;

    int percent;
    int attempts;
    long retryAtMillis;
    /** Why it is not further; empty when all is well. */
    String trouble = "";
    /** Not to be tried again before the order changes. */
    boolean refused;
    /** Of a network volume: a step of this process has proven that nothing of it is on its share. */
    boolean cleared;
    /** Number of the engine's change at which its last step began or ended; a listing asked before that is stale. */
    long stamp;

    /** Who may fetch it at this moment. */
    List<FetchGrant> granted = List.of();

    @Nullable
    ObservedCopy reported;

    CopyWork(VolumeKey key) {
        this.key = key;
    }

    /** It has no copies on disks of hosts, but a folder of a share, of which no listing tells. */
    boolean isShared() {
        return order != null && order.kind() == VolumeKind.NETWORK;
    }

    boolean lies(Place place) {
        return found != null && found.place() == place;
    }

    void ordered(VolumeOrder wanted) {
        VolumeOrder before = order;
        order = wanted;
        boolean same = before != null
                && before.goal() == wanted.goal()
                && before.sizeGb() == wanted.sizeGb()
                && before.restoredFrom() == wanted.restoredFrom()
                && Objects.equals(before.source(), wanted.source());
        if (!same) {
            refused = false;
            cleared = false;
            trouble = "";
            attempts = 0;
            retryAtMillis = 0;
        }
    }
}
