package dev.berth.cli.host;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostActionRequest;
import dev.berth.proto.v1.HostActionResponse;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.HostsGrpc.HostsBlockingStub;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code host cordon}, {@code uncordon}, {@code maintain} and {@code give-up}, each for one host or several. One that
 * is refused does not keep the others; the exit code is that of the first that failed.
 */
public final class HostAction implements Verb {
    private static final String YES = "--yes";
    private final Kind kind;

    /** Which action; its description is the help. */
    public enum Kind {
        CORDON("cordon", "Keep new pods off hosts; those that run, run on. Also ends a drain or maintenance.") {
            @Override
            HostActionResponse call(HostsBlockingStub stub, HostActionRequest request) {
                return stub.cordonHost(request);
            }
        },
        UNCORDON("uncordon", "Open hosts for pods again: ends cordon, drain and maintenance.") {
            @Override
            HostActionResponse call(HostsBlockingStub stub, HostActionRequest request) {
                return stub.uncordonHost(request);
            }
        },
        MAINTAIN("maintain", "Take empty hosts out of service for work on them; their silence alarms nobody.") {
            @Override
            HostActionResponse call(HostsBlockingStub stub, HostActionRequest request) {
                return stub.maintainHost(request);
            }
        },
        GIVE_UP("give-up", "State that machines are off for good: their pods are dead.") {
            @Override
            HostActionResponse call(HostsBlockingStub stub, HostActionRequest request) {
                return stub.giveUpHost(request);
            }
        };

        private final String word;
        private final String description;

        Kind(String word, String description) {
            this.word = word;
            this.description = description;
        }

        abstract HostActionResponse call(HostsBlockingStub stub, HostActionRequest request);
    }

    public HostAction(Kind kind) {
        this.kind = kind;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(kind.word, kind.description)
                .addPositional(Options.parameters(0, "1..*", "HOST", "Id or name of a host."));
        return kind == Kind.GIVE_UP
                ? spec.addOption(Options.flag(YES, "The machine is off and stays off. Required."))
                : spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        List<String> names = arguments.parameters(0);
        if (kind == Kind.GIVE_UP && !arguments.has(YES)) {
            throw CliFailure.usage(
                    "Giving up " + String.join(" ", names) + " declares the pods there dead, for good: a machine that"
                            + " still runs would run them twice",
                    "Make sure that it is off, and add " + YES);
        }
        Several several = new Several(session);
        List<Host> left = new ArrayList<>();
        for (String name : names) {
            several.attempt(() -> left.add(ask(name, session)));
        }
        HostOutput.print(left, session);
        return several.exitCode();
    }

    private Host ask(String host, Session session) {
        HostActionRequest request = HostActionRequest.newBuilder()
                .setHost(host)
                .setIdempotencyKey(session.newKey())
                .build();
        return session.connection()
                .untilAnswered(HostsGrpc::newBlockingStub, stub -> kind.call(stub, request))
                .getHost();
    }
}
