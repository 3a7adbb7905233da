package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.workload.Cleared;
import dev.berth.cli.workload.SpecChanges;
import dev.berth.cli.workload.SpecEdit;
import dev.berth.cli.workload.SpecOptions;
import dev.berth.cli.workload.Use;
import dev.berth.proto.v1.EditPodRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code pod edit}: reads the pod's description, changes what the options name, and sends it with the version that it
 * read, so that a change which somebody else made in between is never undone. Tells each change on standard error.
 */
public final class PodEdit implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "edit",
                        "Change what a stopped pod is; it keeps its id and its data. Only the options that are given"
                                + " change anything; --env and --label add to what there is, the other lists replace"
                                + " it. Name, labels, priority, grace, pre-stop, stop-after and terminate-after can be"
                                + " changed at any time.")
                .addPositional(Options.parameter(0, "POD", "Id or unique name of the pod."))
                .addOption(Options.text("--name", "NAME", "A new name."));
        SpecOptions.container(spec, Use.EDIT);
        SpecOptions.request(spec);
        SpecOptions.policy(spec, Use.EDIT);
        return spec.addOption(Cleared.option());
    }

    @Override
    public int run(Arguments arguments, Session session) {
        Pod present = PodGet.find(arguments.parameter(0), session);
        PodSpec after = after(arguments, present.getSpec());
        if (after.equals(present.getSpec())) {
            throw CliFailure.usage("The pod is like that already", "Give the options that shall change");
        }
        EditPodRequest request = EditPodRequest.newBuilder()
                .setPod(present.getId())
                .setSpec(after)
                .setExpectedVersion(present.getVersion())
                .setIdempotencyKey(session.newKey())
                .build();
        PodActionResponse response = session.connection().untilAnswered(stub -> stub.editPod(request));
        PodOutput.warn(response.getWarningsList(), session);
        SpecChanges.between(present.getSpec(), response.getPod().getSpec()).forEach(session::note);
        PodOutput.print(response.getPod(), session);
        return ExitCodes.DONE;
    }

    private static PodSpec after(Arguments arguments, PodSpec before) {
        PodSpec.Builder spec = Cleared.of(arguments, before).toBuilder();
        if (arguments.has("--name")) {
            spec.setName(arguments.text("--name", ""));
        }
        return SpecEdit.of(arguments, spec.build(), Use.EDIT);
    }
}
