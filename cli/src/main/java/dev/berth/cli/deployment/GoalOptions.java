package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Values;
import dev.berth.cli.command.WaitOptions;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.proto.v1.DeploymentMode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code --wait[=ready|done]} of the commands that change what a deployment is to be. Pure. */
final class GoalOptions {
    /** What picocli reads where the word is left out. */
    private static final String UNSAID = "";

    private static final Map<String, DeploymentGoal> GOALS = goals();

    private GoalOptions() {}

    private static Map<String, DeploymentGoal> goals() {
        Map<String, DeploymentGoal> goals = new LinkedHashMap<>();
        goals.put("ready", DeploymentGoal.READY);
        goals.put("done", DeploymentGoal.DONE);
        return goals;
    }

    static void addTo(CommandSpec spec) {
        OptionSpec wait = OptionSpec.builder(WaitOptions.WAIT)
                .type(String.class)
                .arity("0..1")
                .paramLabel("ready|done")
                // Only what stands behind '=' is the word; the next argument is the next argument.
                .preprocessor((args, command, option, info) -> {
                    if (!"=".equals(info.get("separator"))) {
                        args.push(UNSAID);
                    }
                    return false;
                })
                .description("Wait until as many pods run as shall (ready), or as many have ended as asked (done)."
                        + " Default: ready for a replicaset, else done.")
                .build();
        spec.addOption(wait).addOption(WaitOptions.timeout());
    }

    /** Whether there is something to wait for; refuses words that mean nothing, before anything is sent. */
    static boolean isAsked(Arguments arguments) {
        boolean asked = WaitOptions.isAsked(arguments);
        String word = word(arguments);
        if (!word.equals(UNSAID)) {
            Values.word(WaitOptions.WAIT, word, GOALS);
        }
        return asked;
    }

    /** What is to be waited for in a deployment of this mode. */
    static DeploymentGoal goal(Arguments arguments, DeploymentMode mode) {
        String word = word(arguments);
        boolean endless = mode == DeploymentMode.REPLICA_SET;
        if (word.equals(UNSAID)) {
            return endless ? DeploymentGoal.READY : DeploymentGoal.DONE;
        }
        DeploymentGoal goal = Values.word(WaitOptions.WAIT, word, GOALS);
        if (endless && goal == DeploymentGoal.DONE) {
            throw CliFailure.usage("A replicaset is never done", "Give --wait=ready");
        }
        return goal;
    }

    private static String word(Arguments arguments) {
        return arguments.text(WaitOptions.WAIT, UNSAID);
    }
}
