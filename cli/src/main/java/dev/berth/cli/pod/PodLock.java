package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodActionResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod lock} and {@code pod unlock}, each for one pod or several; one that is refused does not keep the others. */
public final class PodLock implements Verb {
    private final boolean lock;

    public PodLock(boolean lock) {
        this.lock = lock;
    }

    @Override
    public CommandSpec spec() {
        return (lock
                        ? Options.command(
                                "lock", "Keep pods from being paused, reset or terminated, also by their policies.")
                        : Options.command("unlock", "Let locked pods be paused, reset and terminated again."))
                .addPositional(Options.parameters(0, "1..*", "POD", "Id or unique name of a pod."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        Several several = new Several(session);
        List<Pod> left = new ArrayList<>();
        for (String pod : arguments.parameters(0)) {
            several.attempt(() -> left.add(ask(pod, session).getPod()));
        }
        PodOutput.print(left, session);
        return several.exitCode();
    }

    private PodActionResponse ask(String pod, Session session) {
        PodActionRequest request = PodActionRequest.newBuilder()
                .setPod(pod)
                .setIdempotencyKey(session.newKey())
                .build();
        return session.connection().untilAnswered(stub -> lock ? stub.lockPod(request) : stub.unlockPod(request));
    }
}
