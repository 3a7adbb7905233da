package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.cli.command.WaitOptions;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code pod pause}, {@code run}, {@code restart}, {@code reset} and {@code terminate}, each for one pod or several: all
 * are asked first, then waited for. One that is refused does not keep the others; the exit code is that of the first that failed.
 */
public final class PodAction implements Verb {
    private static final String WITHOUT_GPUS = "--without-gpus";

    private final Kind kind;

    /** Which action; its description is the help. */
    public enum Kind {
        PAUSE("Stop pods; their units become free.", Goal.STOPPED) {
            @Override
            PodActionResponse call(PodsBlockingStub stub, PodActionRequest request) {
                return stub.pausePod(request);
            }
        },
        RUN("Run stopped pods again, here or on another host.", Goal.RUNNING) {
            @Override
            PodActionResponse call(PodsBlockingStub stub, PodActionRequest request) {
                return stub.runPod(request);
            }
        },
        RESTART("Stop running pods and start them again: same units, same disks.", Goal.RUNNING) {
            @Override
            PodActionResponse call(PodsBlockingStub stub, PodActionRequest request) {
                return stub.restartPod(request);
            }
        },
        RESET("Restart running pods with a new container disk; their volumes stay.", Goal.RUNNING) {
            @Override
            PodActionResponse call(PodsBlockingStub stub, PodActionRequest request) {
                return stub.resetPod(request);
            }
        },
        TERMINATE("End pods for good.", Goal.TERMINATED) {
            @Override
            PodActionResponse call(PodsBlockingStub stub, PodActionRequest request) {
                return stub.terminatePod(request);
            }
        };

        private final String description;
        private final Goal goal;

        Kind(String description, Goal goal) {
            this.description = description;
            this.goal = goal;
        }

        abstract PodActionResponse call(PodsBlockingStub stub, PodActionRequest request);
    }

    public PodAction(Kind kind) {
        this.kind = kind;
    }

    @Override
    public CommandSpec spec() {
        String name = switch (kind) {
            case PAUSE -> "pause";
            case RUN -> "run";
            case RESTART -> "restart";
            case RESET -> "reset";
            case TERMINATE -> "terminate";
        };
        CommandSpec spec = Options.command(name, kind.description)
                .addPositional(Options.parameters(0, "1..*", "POD", "Id or unique name of a pod."));
        if (kind == Kind.RUN) {
            spec.addOption(Options.flag(
                    WITHOUT_GPUS,
                    "To rescue data: with 1 CPU and 1 GB on the host that has the volumes, at once or not at all."
                            + " Pause the pod to go back."));
        }
        WaitOptions.addTo(spec, "the pod is " + kind.goal);
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        boolean wait = WaitOptions.isAsked(arguments);
        var timeout = WaitOptions.timeout(arguments);
        Several several = new Several(session);
        List<Pod> asked = new ArrayList<>();
        for (String pod : arguments.parameters(0)) {
            several.attempt(() -> asked.add(ask(pod, arguments, session)));
        }
        List<Pod> left = new ArrayList<>();
        for (Pod pod : asked) {
            several.attempt(() -> {
                Pod now = wait ? new PodWait(session, kind.goal, timeout).until(pod) : pod;
                left.add(now);
                several.add(kind.goal.check(now, session, wait));
            });
        }
        PodOutput.print(left, session);
        return several.exitCode();
    }

    private Pod ask(String pod, Arguments arguments, Session session) {
        PodActionRequest request = PodActionRequest.newBuilder()
                .setPod(pod)
                .setWithoutGpus(arguments.has(WITHOUT_GPUS))
                .setIdempotencyKey(session.newKey())
                .build();
        PodActionResponse response = session.connection().untilAnswered(stub -> kind.call(stub, request));
        PodOutput.warn(response.getWarningsList(), session);
        return response.getPod();
    }
}
