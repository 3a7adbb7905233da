package dev.berth.cli;

import dev.berth.cli.command.Options;
import dev.berth.cli.command.Verb;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The words of the program: which verbs each noun has. Only the verb that is called is built, which halves the time to
 * parse; whatever is not plainly a known noun and verb gets the whole tree, for help, suggestions and completion.
 */
final class CommandTree {
    static final String PROGRAM = "berth";
    private static final List<String> WORDS =
            List.of("pod", "deployment", "volume", "host", "gpu", "version", "completion");

    private final CommandSpec root = Options.command(PROGRAM, "GPU pods on your own hosts.");
    private final IdentityHashMap<CommandSpec, Verb> verbs = new IdentityHashMap<>();

    private CommandTree() {
        root.usageMessage().footer("", "berth COMMAND --help explains each. berth pod --help lists the exit codes.");
    }

    /** All commands. */
    static CommandTree whole() {
        CommandTree tree = new CommandTree();
        for (String word : WORDS) {
            tree.addAll(word);
        }
        return tree;
    }

    /** What these words need. */
    static CommandTree of(List<String> args) {
        List<String> words = words(args);
        String first = words.isEmpty() ? "" : words.getFirst();
        if (!WORDS.contains(first)) {
            return whole();
        }
        CommandTree tree = new CommandTree();
        String second = words.size() < 2 ? "" : words.get(1);
        if (Verbs.of(first).contains(second)) {
            tree.noun(first).addSubcommand(second, tree.add(Verbs.make(first, second)));
        } else {
            tree.addAll(first);
        }
        return tree;
    }

    /** The first words that are neither options nor values of the options that every command has. */
    private static List<String> words(List<String> args) {
        boolean isValue = false;
        List<String> words = new ArrayList<>();
        for (String arg : args) {
            if (isValue) {
                isValue = false;
            } else if (arg.startsWith("-")) {
                isValue = arg.equals("-o") || arg.equals(Options.OUTPUT) || arg.equals(Options.ENDPOINT);
            } else {
                words.add(arg);
            }
            if (words.size() == 2 || arg.equals("--")) {
                break;
            }
        }
        return words;
    }

    CommandLine commandLine() {
        return new CommandLine(root).setExpandAtFiles(false).setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    }

    /** What a command does; null for a noun alone. */
    @Nullable
    Verb verb(CommandSpec spec) {
        return verbs.get(spec);
    }

    private void addAll(String word) {
        if (Verbs.of(word).isEmpty()) {
            Verb verb = word.equals("version") ? new Version() : new Completion();
            root.addSubcommand(word, add(verb));
            return;
        }
        CommandSpec noun = noun(word);
        for (String verb : Verbs.of(word)) {
            noun.addSubcommand(verb, add(Verbs.make(word, verb)));
        }
    }

    private CommandSpec noun(String word) {
        CommandSpec noun = switch (word) {
            case "pod" -> ExitCodeHelp.addTo(Options.command("pod", "Containers with GPUs."));
            case "deployment" -> Options.command("deployment", "Wishes for pods: replicasets, jobs and containers.");
            case "volume" -> Options.command("volume", "Data of pods, and volumes that many pods share.");
            case "host" -> Options.command("host", "Machines with an agent.");
            case "gpu" -> Options.command("gpu", "GPU models.");
            default -> throw new IllegalArgumentException("No noun is called " + word + ".");
        };
        root.addSubcommand(word, noun);
        return noun;
    }

    private CommandSpec add(Verb verb) {
        CommandSpec spec = verb.spec();
        verbs.put(spec, verb);
        return spec;
    }
}
