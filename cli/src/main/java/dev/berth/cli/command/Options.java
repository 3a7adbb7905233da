package dev.berth.cli.command;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Short names for the few kinds of options and parameters that the commands have. Pure. */
public final class Options {
    public static final String OUTPUT = "--output";
    public static final String ENDPOINT = "--endpoint";
    public static final String HELP = "--help";

    private Options() {}

    /** A command with the options that every command has. */
    public static CommandSpec command(String name, String... description) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description).sortOptions(false);
        return spec.addOption(OptionSpec.builder("-o", OUTPUT)
                        .type(String.class)
                        .arity("1")
                        .paramLabel("FORMAT")
                        .description("table (default), json or yaml.")
                        .build())
                .addOption(text(ENDPOINT, "HOST:PORT", "The controller. Default: BERTH_ENDPOINT, else 127.0.0.1:7080."))
                .addOption(OptionSpec.builder("-h", HELP)
                        .type(boolean.class)
                        .arity("0")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
    }

    /** An option with one word. */
    public static OptionSpec text(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option with one word that may be given several times. */
    public static OptionSpec texts(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option with a whole number. */
    public static OptionSpec number(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(int.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option that is there or not. */
    public static OptionSpec flag(String name, String... description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    /** A parameter that must be there. */
    public static PositionalParamSpec parameter(int index, String label, String... description) {
        return PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .type(String.class)
                .arity("1")
                .required(true)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** Parameters from an index on; {@code arity} is picocli's, "0..*" or "1..*". */
    public static PositionalParamSpec parameters(int index, String arity, String label, String... description) {
        return PositionalParamSpec.builder()
                .index(index + "..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity(arity)
                .required(arity.startsWith("1"))
                .paramLabel(label)
                .description(description)
                .build();
    }
}
