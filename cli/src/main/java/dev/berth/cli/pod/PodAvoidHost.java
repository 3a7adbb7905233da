package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.AvoidPodHostRequest;
import dev.berth.proto.v1.AvoidPodHostResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod avoid-host}: keeps new pods off the host of a pod for a while. */
public final class PodAvoidHost implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("avoid-host", "Keep new pods off the host of this pod for a while; it runs on itself.")
                .addPositional(Options.parameter(0, "POD", "Id or unique name of the pod."))
                .addOption(Options.number(
                        "--minutes", "N", "For so long from now, 1 to 43200; a repeat counts anew. Default: 1440."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        AvoidPodHostRequest request = AvoidPodHostRequest.newBuilder()
                .setPod(arguments.parameter(0))
                .setMinutes(arguments.has("--minutes") ? Bounded.number(arguments, "--minutes", 1, 43_200) : 0)
                .setIdempotencyKey(session.newKey())
                .build();
        AvoidPodHostResponse answer = session.connection().untilAnswered(stub -> stub.avoidPodHost(request));
        session.render()
                .document(
                        answer,
                        () -> new Table("AVOIDED HOST", "UNTIL")
                                .row(answer.getHostId(), Human.time(answer.getUntil()))
                                .toString());
        return ExitCodes.DONE;
    }
}
