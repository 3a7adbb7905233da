package dev.berth.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Flags and the lines of a file as text by name, and single values of them checked. A name is given once, but for
 * labels and shares. Every complaint names the flag. Immutable once parsed; used by {@link AgentConfig} alone.
 */
final class AgentFlags {
    static final String LABEL = "label";
    static final String SHARE = "share";

    private static final Set<String> NAMES = Set.of(
            "config",
            "controller",
            "data",
            "name",
            "region",
            "data-center",
            LABEL,
            "tls-ca",
            "tls-cert",
            "tls-key",
            "cpu-pool",
            "reserved-cpus",
            "reserved-memory-gb",
            "simulate-gpus",
            "simulate-model",
            "simulate-topology",
            "claim-cpus",
            "claim-memory-gb",
            "minor-registry",
            "docker-socket",
            "advertise-address",
            "port-range",
            "volumes",
            SHARE,
            "transfer-listen",
            "transfer-address",
            "disk-gb",
            "container-disk-limit");
    /** Those that may be given more than once. */
    private static final Set<String> LISTS = Set.of(LABEL, SHARE);

    private static final int MOST_LABELS = 32;
    private static final String LABEL_WORD = "[A-Za-z0-9._/-]{1,63}";

    private final Map<String, String> values;

    private AgentFlags(Map<String, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException with a sentence that names the flag */
    static AgentFlags parse(List<String> arguments) {
        Map<String, String> values = new TreeMap<>();
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String flag = rest.next();
            String name = flag.startsWith("--") ? flag.substring(2) : "";
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(flag + ": there is no such flag");
            }
            if (!rest.hasNext()) {
                throw new IllegalArgumentException(flag + ": its value is missing");
            }
            put(values, name, rest.next(), flag);
        }
        String file = values.remove("config");
        if (file != null) {
            lines(Path.of(file)).forEach(values::putIfAbsent);
        }
        return new AgentFlags(values);
    }

    private static void put(Map<String, String> values, String name, String value, String where) {
        if (LISTS.contains(name)) {
            values.merge(name, value, (some, more) -> some + "\n" + more);
        } else if (values.put(name, value) != null) {
            throw new IllegalArgumentException(where + ": it is given twice");
        }
    }

    private static Map<String, String> lines(Path file) {
        Map<String, String> values = new TreeMap<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("--config: " + file + " cannot be read (" + e + ")", e);
        }
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String name = equals < 0 ? line : line.substring(0, equals).strip();
            String where = "--config: line " + number + " of " + file;
            if (equals < 0 || !NAMES.contains(name) || name.equals("config")) {
                throw new IllegalArgumentException(where + " is not name=value with a known name: " + line);
            }
            put(values, name, line.substring(equals + 1).strip(), where + ", " + name);
        }
        return values;
    }

    /** By name, those that were given. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    String needed(String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + ": it is missing");
        }
        return value;
    }

    /** A word of letters, digits, dots and hyphens. */
    String word(String name, String value) {
        if (!value.matches("[A-Za-z0-9.-]{1,63}")) {
            throw new IllegalArgumentException(
                    "--" + name + ": \"" + value + "\" is not 1 to 63 letters, digits, dots and hyphens");
        }
        return value;
    }

    /** Of a flag that may be given more than once, in order. */
    List<String> all(String name) {
        return text(name, "").lines().toList();
    }

    SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        for (String label : all(LABEL)) {
            String[] parts = label.split("=", 2);
            if (parts.length < 2 || !parts[0].matches(LABEL_WORD) || !parts[1].matches(LABEL_WORD)) {
                throw new IllegalArgumentException(
                        "--label: \"" + label + "\" is not key=value, both of 1 to 63 letters, digits and \"._/-\"");
            }
            if (labels.put(parts[0], parts[1]) != null) {
                throw new IllegalArgumentException("--label: " + parts[0] + " is given twice");
            }
        }
        if (labels.size() > MOST_LABELS) {
            throw new IllegalArgumentException("--label: " + labels.size() + " are more than " + MOST_LABELS);
        }
        return labels;
    }

    OptionalInt number(String name, int least, int most) {
        String value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new IllegalArgumentException(
                    "--" + name + ": \"" + value + "\" is not a number from " + least + " to " + most);
        }
        return OptionalInt.of(Integer.parseInt(value));
    }
}
