package dev.berth.cli.host;

import dev.berth.cli.command.Polling;
import dev.berth.cli.command.Session;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.Availability;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostsGrpc;
import java.time.Duration;

/** Waits until a host that is drained is empty, or somebody has ended the drain. Blocks the calling thread. */
final class DrainWait {
    private final Session session;
    private final Duration timeout;

    DrainWait(Session session, Duration timeout) {
        this.session = session;
        this.timeout = timeout;
    }

    Host until(Host first) {
        GetHostRequest request =
                GetHostRequest.newBuilder().setHost(first.getId()).build();
        return new Polling<Host>(
                        session,
                        timeout,
                        seen -> session.connection()
                                .untilAnswered(HostsGrpc::newBlockingStub, stub -> stub.getHost(request))
                                .getHost(),
                        DrainWait::state,
                        "empty",
                        "berth host get " + Escape.text(first.getName()))
                .until(first, seen -> isEmpty(seen) || !isDraining(seen));
    }

    /** The exit code for what the wait left. */
    static int check(Host host, Session session) {
        if (isEmpty(host)) {
            return ExitCodes.DONE;
        }
        session.note("berth: The drain of " + Escape.text(host.getName()) + " was ended with " + pods(host)
                + " left: the host is " + host.getAvailability() + ". See by whom with: berth host events "
                + host.getId());
        return ExitCodes.FAILED;
    }

    private static String state(Host host) {
        return Escape.text(host.getName()) + ": " + host.getAvailability() + ", " + pods(host) + " left";
    }

    private static String pods(Host host) {
        return host.getPods() == 1 ? "1 pod" : host.getPods() + " pods";
    }

    private static boolean isEmpty(Host host) {
        return host.getPods() == 0;
    }

    private static boolean isDraining(Host host) {
        return host.getAvailability() == Availability.DRAINING;
    }
}
