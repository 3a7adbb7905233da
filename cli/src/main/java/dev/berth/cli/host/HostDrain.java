package dev.berth.cli.host;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.cli.command.WaitOptions;
import dev.berth.proto.v1.DrainHostRequest;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostsGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code host drain}: empties hosts, and waits until they are empty where that is asked. */
public final class HostDrain implements Verb {
    private static final String DEADLINE = "--deadline";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "drain",
                        "Empty hosts: pods of deployments are replaced elsewhere, the others are paused at the"
                                + " deadline.")
                .addPositional(Options.parameters(0, "1..*", "HOST", "Id or name of a host."))
                .addOption(Options.text(
                        DEADLINE, "TIME", "When what is still there is stopped or paused, 0s to 7d. Default: 10m."));
        WaitOptions.addTo(spec, "no pod holds units of the host");
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        boolean wait = WaitOptions.isAsked(arguments);
        Duration timeout = WaitOptions.timeout(arguments);
        DrainHostRequest.Builder drain = DrainHostRequest.newBuilder();
        if (arguments.has(DEADLINE)) {
            drain.setDeadline(Bounded.duration(arguments, DEADLINE, Duration.ZERO, Duration.ofDays(7)));
        }
        Several several = new Several(session);
        List<Host> asked = new ArrayList<>();
        for (String host : arguments.parameters(0)) {
            several.attempt(() -> asked.add(ask(drain.clone().setHost(host), session)));
        }
        List<Host> left = new ArrayList<>();
        for (Host host : asked) {
            several.attempt(() -> {
                Host now = wait ? new DrainWait(session, timeout).until(host) : host;
                left.add(now);
                several.add(wait ? DrainWait.check(now, session) : 0);
            });
        }
        HostOutput.print(left, session);
        return several.exitCode();
    }

    private static Host ask(DrainHostRequest.Builder drain, Session session) {
        DrainHostRequest request = drain.setIdempotencyKey(session.newKey()).build();
        return session.connection()
                .untilAnswered(HostsGrpc::newBlockingStub, stub -> stub.drainHost(request))
                .getHost();
    }
}
