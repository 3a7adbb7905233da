package dev.berth.cli.host;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.Host;
import picocli.CommandLine.Model.CommandSpec;

/** {@code host get}: one host, what it offers and who holds it. */
public final class HostGet implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("get", "Show one host and its units.")
                .addPositional(Options.parameter(0, "HOST", "Id or name of the host."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        GetHostRequest request =
                GetHostRequest.newBuilder().setHost(arguments.parameter(0)).build();
        Host host = session.connection().hosts(stub -> stub.getHost(request)).getHost();
        session.render().document(host, () -> HostDetails.of(host, session.clock()));
        return ExitCodes.DONE;
    }
}
