package dev.berth.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What was typed, after picocli read it. An option that belongs to every command may stand at any of its words, so
 * look-ups go from the verb outwards.
 */
public final class Arguments {
    private final List<ParseResult> innermostFirst;

    public Arguments(ParseResult root) {
        List<ParseResult> results = new ArrayList<>();
        for (ParseResult words = root; words != null; words = words.subcommand()) {
            results.addFirst(words);
        }
        this.innermostFirst = results;
    }

    public boolean has(String option) {
        return find(option) != null;
    }

    /** The value of an option or parameter label; null when absent. */
    public @Nullable String text(String option) {
        Object value = find(option);
        return value == null ? null : value.toString();
    }

    public String text(String option, String otherwise) {
        String value = text(option);
        return value == null ? otherwise : value;
    }

    public int number(String option, int otherwise) {
        Object value = find(option);
        return value instanceof Integer number ? number : otherwise;
    }

    /** The values of an option that may be repeated, in order. */
    public List<String> texts(String option) {
        Object value = find(option);
        return value instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    /** The positional parameter at an index; empty when absent. */
    public String parameter(int index) {
        List<String> values = parameters(index);
        return values.isEmpty() ? "" : values.getFirst();
    }

    /** What stands at an index, or from it on where the parameter takes many. */
    public List<String> parameters(int index) {
        Object value = innermostFirst.getFirst().matchedPositionalValue(index, null);
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).toList();
        }
        return value == null ? List.of() : List.of(value.toString());
    }

    private @Nullable Object find(String option) {
        for (ParseResult words : innermostFirst) {
            if (words.hasMatchedOption(option)) {
                return words.matchedOption(option).getValue();
            }
        }
        return null;
    }
}
