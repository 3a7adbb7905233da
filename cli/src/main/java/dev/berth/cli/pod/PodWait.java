package dev.berth.cli.pod;

import dev.berth.cli.command.Session;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Human;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import java.time.Duration;
import java.time.Instant;

/**
 * Waits until a pod has reached its goal or can no longer: watches from the version that the action answered with, so
 * that nothing is missed; after a break or a resync it asks for the pod and watches from there. Shows each change of
 * state on standard error. Blocks the calling thread.
 */
final class PodWait {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final Session session;
    private final Goal goal;
    private final Duration timeout;
    private Pod seen = Pod.getDefaultInstance();
    private String told = "";
    private boolean resync;

    PodWait(Session session, Goal goal, Duration timeout) {
        this.session = session;
        this.goal = goal;
        this.timeout = timeout;
    }

    /** The pod as it was when the wait was over. */
    Pod until(Pod first) {
        Instant endsAt = session.clock().instant().plus(timeout);
        long pauseMillis = FIRST_PAUSE_MILLIS;
        see(first);
        while (!goal.isSettled(seen)) {
            long before = seen.getVersion();
            resync = false;
            PodWatcher.End end = PodWatcher.watch(session, request(), left(endsAt), this::take);
            if (goal.isSettled(seen)) {
                break;
            }
            if (end == PodWatcher.End.TIME_OVER) {
                throw late();
            }
            if (!resync) {
                pauseMillis = seen.getVersion() > before ? FIRST_PAUSE_MILLIS : pauseMillis;
                session.pause().forMillis(Math.min(pauseMillis, left(endsAt).toMillis()));
                pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
            }
            session.connection().reconnect();
            GetPodRequest again =
                    GetPodRequest.newBuilder().setPod(first.getId()).build();
            see(session.connection().untilAnswered(stub -> stub.getPod(again)).getPod());
        }
        return seen;
    }

    private WatchPodsRequest request() {
        return WatchPodsRequest.newBuilder()
                .setAfterVersion(seen.getVersion())
                .setPodId(seen.getId())
                .build();
    }

    private boolean take(WatchPodsResponse response) {
        switch (response.getKindCase()) {
            case CHANGED -> {
                if (response.getChanged().getId().equals(seen.getId())) {
                    see(response.getChanged());
                }
            }
            case RESYNC -> {
                resync = true;
                return true;
            }
            case SYNCED, KIND_NOT_SET -> {}
        }
        return goal.isSettled(seen);
    }

    private void see(Pod pod) {
        seen = pod;
        String waitsFor = pod.getQueueReason().isEmpty() ? "" : ": " + PodText.why(pod);
        String state = Escape.cell(pod.getSpec().getName() + ": " + PodText.state(pod) + waitsFor);
        if (!state.equals(told)) {
            session.note(state);
            told = state;
        }
    }

    private Duration left(Instant endsAt) {
        Duration left = Duration.between(session.clock().instant(), endsAt);
        if (left.isNegative() || left.isZero()) {
            throw late();
        }
        return left;
    }

    private CliFailure late() {
        return new CliFailure(
                ExitCodes.UNAVAILABLE,
                "Pod " + Escape.text(seen.getSpec().getName()) + " (" + seen.getId() + ") is "
                        + Escape.text(PodText.state(seen)) + " after " + Human.duration(timeout) + ", not " + goal,
                "It goes on without you; look again with: berth pod get " + seen.getId());
    }
}
