package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code pod watch}: every change of all pods, or of one until its end. Goes on after a broken connection from the last
 * version seen, and after a resync with a new snapshot; gives up after a minute without an answer.
 */
public final class PodWatch implements Verb {
    private static final Duration WITHOUT_END = Duration.ofDays(3650);
    private static final long GIVE_UP_MILLIS = 60_000;
    private static final long PAUSE_MILLIS = 500;

    private long version;
    private boolean heard;
    private boolean ended;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("watch", "Show every change of all pods, or of one pod until it ends.");
        return spec.addPositional(Options.parameters(0, "0..1", "POD", "Id or unique name of a pod. Default: all."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String podId = "";
        if (!arguments.parameter(0).isEmpty()) {
            Pod pod = PodGet.find(arguments.parameter(0), session);
            podId = pod.getId();
            version = pod.getVersion();
            WatchPodsResponse now =
                    WatchPodsResponse.newBuilder().setChanged(pod).build();
            ended = show(now, session) && isFinal(pod);
        }
        long lastHeardMillis = session.clock().millis();
        while (!ended && !session.console().out().checkError()) {
            heard = false;
            WatchPodsRequest request = WatchPodsRequest.newBuilder()
                    .setAfterVersion(version)
                    .setPodId(podId)
                    .build();
            boolean onlyOne = !podId.isEmpty();
            PodWatcher.watch(session, request, WITHOUT_END, response -> take(response, onlyOne, session));
            lastHeardMillis = heard ? session.clock().millis() : lastHeardMillis;
            if (!ended) {
                pause(lastHeardMillis, session);
            }
        }
        return ExitCodes.DONE;
    }

    private void pause(long lastHeardMillis, Session session) {
        if (session.clock().millis() - lastHeardMillis > GIVE_UP_MILLIS) {
            throw new CliFailure(
                    ExitCodes.UNAVAILABLE,
                    "No controller answers at " + session.connection().endpoint() + " any more",
                    "Watch again when it is back");
        }
        session.pause().forMillis(PAUSE_MILLIS);
        session.connection().reconnect();
    }

    private boolean take(WatchPodsResponse response, boolean onlyOne, Session session) {
        heard = true;
        switch (response.getKindCase()) {
            case CHANGED -> {
                version = Math.max(version, response.getChanged().getVersion());
                ended = onlyOne && isFinal(response.getChanged());
            }
            case SYNCED -> version = Math.max(version, response.getSynced().getVersion());
            case RESYNC -> {
                version = 0;
                session.note("Some changes were lost on the way; all pods follow anew.");
            }
            case KIND_NOT_SET -> {}
        }
        return !show(response, session) || ended || response.hasResync();
    }

    /** False when nobody reads any more. */
    private static boolean show(WatchPodsResponse response, Session session) {
        session.render().element(response, () -> response.hasChanged() ? line(response.getChanged()) : "");
        return !session.console().out().checkError();
    }

    private static String line(Pod pod) {
        String name = Escape.cell(pod.getSpec().getName());
        String reason = Escape.cell(PodText.why(pod));
        StringBuilder line = new StringBuilder(pod.getId()).append("  ").append(name);
        line.repeat(' ', Math.max(0, 20 - name.length())).append("  ").append(Escape.cell(PodText.state(pod)));
        if (!pod.getHostName().isEmpty()) {
            line.append("  on ").append(Escape.cell(pod.getHostName()));
        }
        return line.append(reason.isEmpty() ? "" : "  " + reason).append('\n').toString();
    }

    private static boolean isFinal(Pod pod) {
        return pod.getState() == PodState.TERMINATED || pod.getState() == PodState.FAILED;
    }
}
