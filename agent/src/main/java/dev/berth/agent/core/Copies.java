package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.CopyStepFinished;
import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Leads the copies of volumes on to what is ordered, one step of each at a time, while pods run. What is in no order is
 * looked at and reported, and nothing else. Part of the engine; its state is {@link AgentState}'s.
 */
final class Copies {
    private final AgentState state;

    Copies(AgentState state) {
        this.state = state;
    }

    /** All that lies on the disk, by the state's last listing of volumes. */
    void listed(List<FoundCopy> all) {
        Map<VolumeKey, FoundCopy> found = new TreeMap<>();
        for (FoundCopy copy : all) {
            // A restore that was cut off leaves the one in the trash under its old key; the present one counts.
            found.merge(copy.key(), copy, (one, other) -> one.place() == Place.PRESENT ? one : other);
        }
        found.keySet().forEach(state::copyOf);
        for (CopyWork copy : state.copies.values()) {
            if (copy.inFlight == null && state.volumes.isAfter(copy.stamp)) {
                copy.found = found.get(copy.key);
                copy.inDoubt = false;
            }
        }
        state.dropIdleCopies();
    }

    void take(CopyStepFinished finished, long nowMillis) {
        CopyWork copy = state.copies.get(finished.key());
        if (copy == null || copy.inFlight != finished.step()) {
            return;
        }
        boolean cancelled = copy.cancelled;
        copy.inFlight = null;
        copy.cancelled = false;
        copy.stamp = ++state.changes;
        switch (finished.outcome()) {
            case CopyOutcome.Done done -> {
                copy.found = done.found();
                copy.inDoubt = false;
                copy.attempts = 0;
                copy.trouble = "";
                copy.cleared = finished.step() == CopyStep.PURGE && copy.isShared();
                if (finished.step() == CopyStep.TAKE_BACK && copy.order != null) {
                    gone(new VolumeKey(copy.key.volumeId(), copy.order.restoredFrom()));
                }
            }
            case CopyOutcome.Refused refused -> {
                copy.refused = true;
                copy.trouble = refused.message();
                copy.inDoubt = copy.found == null;
            }
            case CopyOutcome.Failed failed -> {
                copy.trouble = cancelled ? "" : failed.message() + "; trying again";
                copy.retryAtMillis = cancelled ? 0 : nowMillis + Backoff.delayMillis(copy.attempts++);
                // A part of a fetch may lie there, or all that was to be done is done.
                copy.inDoubt = true;
                state.volumes.askBy(nowMillis);
            }
        }
    }

    /** Whether a listing is wanted soon. */
    boolean anyInDoubt() {
        return state.copies.values().stream().anyMatch(copy -> copy.inDoubt);
    }

    private void gone(VolumeKey former) {
        CopyWork copy = state.copies.get(former);
        if (copy != null && copy.inFlight == null) {
            copy.found = null;
            copy.stamp = ++state.changes;
        }
    }

    void progress(VolumeKey key, int percent) {
        CopyWork copy = state.copies.get(key);
        if (copy != null && copy.inFlight == CopyStep.FETCH) {
            copy.percent = Math.clamp(percent, 0, 100);
        }
    }

    /** A mount that went well proves its copies: they are there. */
    void mounted(PodWork work) {
        for (VolumeMount mount : volumes(work)) {
            CopyWork copy = state.copyOf(mount.key());
            VolumeOrder order = copy.order;
            FoundCopy before = copy.found;
            long size = order == null ? 0 : order.sizeBytes();
            copy.found = new FoundCopy(
                    mount.key(),
                    Place.PRESENT,
                    before == null ? size : Math.max(size, before.sizeBytes()),
                    before == null ? -1 : before.allocatedBytes(),
                    true,
                    false,
                    "");
            copy.trouble = "";
            copy.stamp = ++state.changes;
        }
    }

    /** A mount that did not end well may have made some of its copies: they are known again when they have been listed. */
    void mountFailed(PodWork work, long nowMillis) {
        for (VolumeMount mount : volumes(work)) {
            CopyWork copy = state.copyOf(mount.key());
            copy.inDoubt = true;
            copy.stamp = ++state.changes;
            state.volumes.askBy(nowMillis);
        }
    }

    void unmounted(PodWork work) {
        for (VolumeMount mount : volumes(work)) {
            CopyWork copy = state.copies.get(mount.key());
            if (copy != null && copy.found != null) {
                copy.found = copy.found.unmounted();
                copy.stamp = ++state.changes;
            }
        }
    }

    /** All is unmounted, and not all that was written is on the disk; said of its copies until their next mount. */
    void unmountedUnsynced(PodWork work, String why) {
        unmounted(work);
        for (VolumeMount mount : volumes(work)) {
            state.copyOf(mount.key()).trouble = why;
        }
    }

    /** What keeps the placement's volumes from being mounted; null: nothing does. */
    @Nullable
    String waitsFor(PodWork work) {
        for (VolumeMount mount : volumes(work)) {
            CopyWork copy = state.copies.get(mount.key());
            VolumeOrder order = copy == null ? null : copy.order;
            if (copy == null || order == null) {
                return "waits for the controller's word on volume " + mount.key();
            }
            if (order.goal() != CopyGoal.KEEP) {
                return order.goal() == CopyGoal.FETCH ? fetching(copy) : "volume " + mount.key() + " is in the trash";
            }
            boolean comesBack = order.restoredFrom() > 0 && !order.proven() && !copy.lies(Place.PRESENT);
            if (copy.inFlight != null || (comesBack && !copy.refused)) {
                return "waits until volume " + mount.key() + " is ready"
                        + (copy.trouble.isEmpty() ? "" : ": " + copy.trouble);
            }
        }
        return null;
    }

    private static String fetching(CopyWork copy) {
        if (copy.lies(Place.PRESENT)) {
            return "volume " + copy.key + " is fetched; waits for the controller's word that it counts";
        }
        return "fetching volume " + copy.key + ": " + copy.percent + " %"
                + (copy.trouble.isEmpty() ? "" : " (" + copy.trouble + ")");
    }

    private static List<VolumeMount> volumes(PodWork work) {
        return work.assignment == null
                ? List.of()
                : work.assignment.volumes().stream()
                        .filter(mount -> mount.kind() != VolumeKind.NETWORK)
                        .toList();
    }

    /** Orders for a step that mounts, and nobody may fetch these copies from now on. */
    List<VolumeOrder> ordersFor(PodWork work, List<AgentEffect> effects) {
        List<VolumeOrder> orders = new ArrayList<>();
        for (VolumeMount mount : volumes(work)) {
            CopyWork copy = state.copyOf(mount.key());
            grant(copy, List.of(), effects);
            if (copy.order != null) {
                orders.add(copy.order);
            }
        }
        return orders;
    }

    /** Begins what is due, and gives or takes leave to fetch. Last of a step of the engine: pods come first. */
    void advance(long nowMillis, List<AgentEffect> effects) {
        if (!state.settled || !state.volumes.known || !state.authorised) {
            return;
        }
        for (CopyWork copy : state.copies.values()) {
            boolean inUse = inUse(copy);
            if (inUse && copy.isShared()) {
                copy.trouble = "waits: a pod of this host names it";
            }
            cancel(copy, effects);
            if (nowMillis >= copy.retryAtMillis) {
                // Also where nothing is to be done any more: a time that is past would wake the engine for ever.
                copy.retryAtMillis = 0;
                CopyStep step = waitsForFormer(copy) ? null : CopyPlan.next(copy, inUse);
                if (step != null && copy.order != null) {
                    copy.inFlight = step;
                    copy.stamp = ++state.changes;
                    copy.inFlightSource = copy.order.source();
                    grant(copy, List.of(), effects);
                    effects.add(new AgentEffect.StartCopyStep(copy.key, step, copy.order));
                }
            }
            VolumeOrder order = copy.order;
            boolean gives = order != null
                    && order.goal() == CopyGoal.KEEP
                    && copy.lies(Place.PRESENT)
                    && copy.inFlight == null
                    && !inUse;
            grant(copy, gives && order != null ? order.grants() : List.of(), effects);
        }
    }

    /** What it is to be made of is on its way to the trash: taken back before, nothing would be found there. */
    private boolean waitsForFormer(CopyWork copy) {
        VolumeOrder order = copy.order;
        CopyWork former = order == null || order.restoredFrom() == 0
                ? null
                : state.copies.get(new VolumeKey(copy.key.volumeId(), order.restoredFrom()));
        return former != null && !copy.lies(Place.PRESENT) && (former.inFlight != null || former.lies(Place.PRESENT));
    }

    private static void cancel(CopyWork copy, List<AgentEffect> effects) {
        VolumeOrder order = copy.order;
        boolean wanted =
                order != null && order.goal() == CopyGoal.FETCH && Objects.equals(order.source(), copy.inFlightSource);
        if (copy.inFlight == CopyStep.FETCH && !wanted && !copy.cancelled) {
            copy.cancelled = true;
            effects.add(new AgentEffect.CancelFetch(copy.key));
        }
    }

    private static void grant(CopyWork copy, List<FetchGrant> grants, List<AgentEffect> effects) {
        if (!copy.granted.equals(grants)) {
            copy.granted = grants;
            effects.add(new AgentEffect.SetGrants(copy.key, grants));
        }
    }

    private boolean inUse(CopyWork copy) {
        if (copy.isShared()) {
            return isNamed(copy.key.volumeId());
        }
        if (copy.found != null && copy.found.mounted()) {
            return true;
        }
        return state.pods.values().stream()
                .anyMatch(work -> work.mountsLeft()
                        && volumes(work).stream().anyMatch(mount -> mount.key().equals(copy.key)));
    }

    /** By any placement that this host knows, whatever is left of it: its container may be started again. */
    private boolean isNamed(String volumeId) {
        return state.pods.values().stream()
                .flatMap(work -> work.assignment == null ? Stream.of() : work.assignment.volumes().stream())
                .anyMatch(mount -> mount.kind() == VolumeKind.NETWORK
                        && mount.key().volumeId().equals(volumeId));
    }

    long nextWakeMillis() {
        return state.copies.values().stream()
                .filter(copy -> copy.inFlight == null && copy.retryAtMillis > 0)
                .mapToLong(copy -> copy.retryAtMillis)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** What the controller is to be told: everything, or what differs from what it was told last. */
    List<ObservedCopy> toReport(boolean full) {
        List<ObservedCopy> told = new ArrayList<>();
        for (CopyWork copy : state.copies.values()) {
            boolean settled = copy.found != null || (copy.inFlight == null && !copy.inDoubt && !inUse(copy));
            ObservedCopy now = CopyView.of(copy, settled);
            if (now == null && copy.order == null && copy.reported != null && settled) {
                now = new ObservedCopy(copy.key, CopyCondition.ABSENT, -1, 0, "");
            }
            if (now != null && (full || CopyView.differs(now, copy.reported))) {
                told.add(now);
                copy.reported = now;
            }
        }
        return told;
    }
}
