package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What one event causes, while it is being worked out: records, applied at once, and effects to send later. */
final class Turn {
    private final ClusterState state;
    private final long nowMillis;
    private final List<JournalRecord> records = new ArrayList<>(4);
    private final List<Effect> effects = new ArrayList<>(2);
    private final List<Pod> changed = new ArrayList<>(4);
    private boolean tookIn;
    private int membersMade;

    Turn(ClusterState state, long nowMillis) {
        this.state = state;
        this.nowMillis = nowMillis;
    }

    void record(JournalRecord entry) {
        state.apply(entry);
        records.add(entry);
    }

    /** Records the move and returns the pod as it is after it. */
    Pod move(PodId id, PodStatus to, Actor actor) {
        record(new JournalRecord.PodMoved(id, to, actor, nowMillis));
        return pod(id);
    }

    Pod pod(PodId id) {
        return Objects.requireNonNull(state.pod(id), "pod");
    }

    Deployment deployment(DeploymentId id) {
        return Objects.requireNonNull(state.deployment(id), "deployment");
    }

    /** Pods that deployments made in this turn so far. */
    int membersMade() {
        return membersMade;
    }

    void madeMembers(int more) {
        membersMade += more;
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    ClusterView cluster() {
        return state;
    }

    long nowMillis() {
        return nowMillis;
    }

    List<JournalRecord> records() {
        return records;
    }

    void takesIn(List<Pod> versions) {
        changed.addAll(versions);
        tookIn = true;
    }

    /** Whether anything was taken in since the last call. */
    boolean tookIn() {
        boolean now = tookIn;
        tookIn = false;
        return now;
    }

    /** Every version that any pod went through, as far as it was taken in. */
    List<Pod> changed() {
        return changed;
    }

    List<Effect> effects() {
        return effects;
    }
}
