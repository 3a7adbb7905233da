package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.Pod;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod get}: all that is known of one pod. */
public final class PodGet implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("get", "Show one pod.")
                .addPositional(Options.parameter(0, "POD", "Id or unique name of the pod."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        Pod pod = find(arguments.parameter(0), session);
        session.render().document(pod, () -> PodDetails.of(pod, session.clock()));
        return ExitCodes.DONE;
    }

    static Pod find(String pod, Session session) {
        GetPodRequest request = GetPodRequest.newBuilder().setPod(pod).build();
        return session.connection().pods(stub -> stub.getPod(request)).getPod();
    }
}
