package dev.berth.cli.workload;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Values;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Unplaced;
import java.time.Duration;
import java.util.List;

/**
 * Sets in the description of a pod what the options name and leaves the rest: of an empty one the API has the defaults,
 * of a template it is what holds. The only place where one is made. Pure.
 */
public final class SpecEdit {
    private SpecEdit() {}

    /** The description after the options; {@code before} is empty for something new. */
    public static PodSpec of(Arguments arguments, PodSpec before, Use use) {
        PodSpec.Builder spec = before.toBuilder();
        container(arguments, spec, use);
        StorageEdit.of(arguments, spec);
        RequestEdit.of(arguments, spec.getRequestBuilder());
        policy(arguments, spec);
        if (spec.getImage().isEmpty()) {
            throw CliFailure.usage("A pod needs an image", "Add --image, for example --image berth/debian:bookworm");
        }
        Contradictions.check(spec, use);
        return spec.build();
    }

    /** A description that only asks for a place. */
    public static PodSpec request(Arguments arguments, String name) {
        PodSpec.Builder spec = PodSpec.newBuilder().setName(name).setImage(arguments.text("--image", ""));
        RequestEdit.of(arguments, spec.getRequestBuilder());
        Contradictions.check(spec, Use.POD);
        return spec.build();
    }

    private static void container(Arguments arguments, PodSpec.Builder spec, Use use) {
        if (arguments.has("--image")) {
            spec.setImage(arguments.text("--image", ""));
        }
        List<String> entrypoint = arguments.texts("--entrypoint");
        if (!entrypoint.isEmpty()) {
            spec.clearEntrypoint().addAllEntrypoint(entrypoint);
        }
        command(arguments, spec);
        spec.putAllEnv(Values.pairs("--env", arguments.texts("--env")))
                .putAllLabels(Values.pairs("--label", arguments.texts("--label")));
        if (arguments.has("--grace")) {
            spec.setGrace(Bounded.duration(arguments, "--grace", Duration.ZERO, use.longestGrace));
        }
        if (arguments.has("--no-for-development")) {
            spec.setForDevelopment(false);
        }
    }

    /** The two forms of the command replace each other. */
    private static void command(Arguments arguments, PodSpec.Builder spec) {
        List<String> words = arguments.parameters(1);
        boolean shell = arguments.has("--shell");
        if (shell && !words.isEmpty()) {
            throw CliFailure.usage("Both --shell and a command after -- are given", "Leave one of them out");
        }
        if (shell) {
            spec.clearCommand().setShellCommand(arguments.text("--shell", ""));
        }
        if (!words.isEmpty()) {
            spec.clearShellCommand().clearCommand().addAllCommand(words);
        }
    }

    private static void policy(Arguments arguments, PodSpec.Builder spec) {
        if (arguments.has("--queue") && arguments.has("--fail-fast")) {
            throw CliFailure.usage("Both --queue and --fail-fast are given", "Leave one of them out");
        }
        if (arguments.has("--queue")) {
            spec.setUnplaced(Unplaced.QUEUE);
        }
        if (arguments.has("--fail-fast")) {
            spec.setUnplaced(Unplaced.FAIL_FAST);
        }
        if (arguments.has("--queue-timeout")) {
            spec.setQueueTimeout(
                    Bounded.duration(arguments, "--queue-timeout", Duration.ofSeconds(1), Duration.ofDays(30)));
        }
        if (arguments.has("--priority")) {
            spec.setPriority(Bounded.number(arguments, "--priority", -1000, 1000));
        }
        if (arguments.has("--min-runtime")) {
            spec.setMinRuntime(Bounded.duration(arguments, "--min-runtime", Duration.ZERO, Duration.ofHours(1)));
        }
        if (arguments.has("--auto-resume")) {
            spec.setAutoResume(true);
        }
    }
}
