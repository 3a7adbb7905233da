package dev.berth.controller.deployment;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Timings;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One deployment over a real state, whose plans are carried out to the letter, and whose pods do what the test says. */
final class PlannedWorld {
    private static final DeploymentId ID = new DeploymentId("dddddddddddddddd");
    private static final TenantId TENANT = new TenantId("default");

    final ClusterState state = new ClusterState();
    long nowMillis = 1_700_000_000_000L;
    long wakeMillis = Plan.NEVER;
    int created;

    PlannedWorld(DeploymentSpec spec) {
        state.apply(new JournalRecord.DeploymentCreated(
                ID, TENANT, spec, Actor.SCHEDULER, new RequestKey(TENANT, "CreateDeployment", "k", ""), nowMillis));
        reconcile();
    }

    Deployment deployment() {
        return Objects.requireNonNull(state.deployment(ID));
    }

    DeploymentCensus census() {
        return state.census(ID);
    }

    int completions() {
        return state.progress(ID).completions();
    }

    List<Pod> live() {
        return List.copyOf(state.livePods(ID));
    }

    static int index(Pod pod) {
        return Objects.requireNonNull(pod.membership()).index();
    }

    void scale(int count, int parallelism) {
        DeploymentSpec spec = deployment().spec().withCounts(count, parallelism);
        state.apply(new JournalRecord.DeploymentChanged(ID, spec, "scaled", Actor.SCHEDULER, nowMillis));
        reconcile();
    }

    void pass(long millis) {
        nowMillis += millis;
        if (nowMillis >= wakeMillis) {
            reconcile();
        }
    }

    /** Plans until a plan is empty, which must come at once: a plan that was carried out leaves nothing to do. */
    void reconcile() {
        for (int rounds = 0; ; rounds++) {
            if (rounds > 3) {
                throw new AssertionError("plans never end: " + plan());
            }
            Plan plan = plan();
            wakeMillis = plan.wakeMillis();
            if (plan.steps().isEmpty()) {
                return;
            }
            plan.steps().forEach(this::carryOut);
        }
    }

    private Plan plan() {
        return Reconciler.plan(new Situation(
                deployment(),
                state.livePods(ID),
                census(),
                state.progress(ID),
                false,
                pod -> Fit.CURRENT,
                Set.of(),
                Timings.DEFAULT,
                nowMillis));
    }

    private void carryOut(Plan.Step step) {
        switch (step) {
            case Plan.Create(int index) -> {
                created++;
                state.apply(new JournalRecord.PodCreated(
                        PodId.derived("cluster", ID, state.version() + 1),
                        TENANT,
                        deployment().spec().template(),
                        new Membership(ID, index),
                        Actor.SCHEDULER,
                        null,
                        nowMillis));
            }
            case Plan.End(PodId podId, Reason reason, String why) -> {
                Pod pod = Objects.requireNonNull(state.pod(podId));
                boolean pending = pod.isQueued();
                move(pod, pending ? PodState.TERMINATED : PodState.TERMINATING, reason, null);
            }
            case Plan.Move(var to, String why) ->
                state.apply(new JournalRecord.DeploymentMoved(ID, to, false, why, Actor.SCHEDULER, nowMillis));
            case Plan.Forget() -> state.apply(new JournalRecord.DeploymentDeleted(ID, nowMillis));
        }
    }

    void starts(Pod pod) {
        PodStatus now = pod.status();
        state.apply(new JournalRecord.PodMoved(
                pod.id(),
                new PodStatus(now.desired(), PodState.INITIALIZING, PodDetail.STARTING, Reason.NONE, "", null),
                Actor.SCHEDULER,
                nowMillis));
        reconcile();
    }

    void runs(Pod pod) {
        move(pod, PodState.RUNNING, Reason.NONE, null);
        reconcile();
    }

    void ends(Pod pod, Reason reason, @Nullable Integer code) {
        move(pod, pod.hasRun() ? PodState.TERMINATED : PodState.FAILED, reason, code);
        reconcile();
    }

    /** One that was asked to end has done so. */
    void endsAsAsked(Pod pod) {
        move(pod, PodState.TERMINATED, pod.status().reason(), null);
        reconcile();
    }

    private void move(Pod pod, PodState to, Reason reason, @Nullable Integer code) {
        boolean ending = to != PodState.RUNNING;
        state.apply(new JournalRecord.PodMoved(
                pod.id(),
                new PodStatus(
                        ending ? DesiredState.TERMINATED : DesiredState.RUNNING, to, PodDetail.NONE, reason, "", code),
                Actor.SCHEDULER,
                nowMillis));
    }
}
