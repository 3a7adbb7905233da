package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.command.WaitOptions;
import dev.berth.cli.workload.SpecEdit;
import dev.berth.cli.workload.SpecOptions;
import dev.berth.cli.workload.Use;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.DeployPodResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodSpec;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod deploy}: asks for a pod, and waits for it where that is asked. */
public final class PodDeploy implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("deploy", "Deploy a pod.")
                .addPositional(Options.parameter(0, "NAME", "Name of the pod; need not be unique."));
        SpecOptions.container(spec, Use.POD);
        SpecOptions.request(spec);
        SpecOptions.policy(spec, Use.POD);
        spec.addOption(Options.text(
                "--idempotency-key", "KEY", "The same key and pod never deploy twice. Default: a new one."));
        WaitOptions.addTo(spec, "the pod is RUNNING");
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        boolean wait = WaitOptions.isAsked(arguments);
        var timeout = WaitOptions.timeout(arguments);
        DeployPodRequest request = request(arguments, session.newKey());
        DeployPodResponse response = session.connection().untilAnswered(stub -> stub.deployPod(request));
        PodOutput.warn(response.getWarningsList(), session);
        Pod pod = wait ? new PodWait(session, Goal.RUNNING, timeout).until(response.getPod()) : response.getPod();
        PodOutput.print(pod, session);
        return Goal.RUNNING.check(pod, session, wait);
    }

    private static DeployPodRequest request(Arguments arguments, String key) {
        PodSpec named = PodSpec.newBuilder().setName(arguments.parameter(0)).build();
        return DeployPodRequest.newBuilder()
                .setSpec(SpecEdit.of(arguments, named, Use.POD))
                .setIdempotencyKey(arguments.text("--idempotency-key", key))
                .build();
    }
}
