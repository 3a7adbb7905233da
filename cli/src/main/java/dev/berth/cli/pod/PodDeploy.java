package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.DeployPodResponse;
import dev.berth.proto.v1.Pod;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod deploy}: asks for a pod, and waits for it where that is asked. */
public final class PodDeploy implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("deploy", "Deploy a pod.");
        DeployOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        boolean wait = WaitOptions.isAsked(arguments);
        var timeout = WaitOptions.timeout(arguments);
        DeployPodRequest request = DeployRequest.of(arguments, session.newKey());
        DeployPodResponse response = session.connection().untilAnswered(stub -> stub.deployPod(request));
        response.getWarningsList().forEach(warning -> session.note("warning: " + Escape.text(warning)));
        Pod pod = wait ? new PodWait(session, Goal.RUNNING, timeout).until(response.getPod()) : response.getPod();
        PodOutput.print(pod, session);
        return Goal.RUNNING.check(pod, session, wait);
    }
}
