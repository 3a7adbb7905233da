package dev.berth.agent;

import dev.berth.agent.link.ControllerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an agent is told at its start, by flags or by a file of {@code name=value} lines with the same names; flags win.
 *
 * @param simulate GPUs to make up; empty: the driver's, and where there is none 8 of the default model
 * @param claimCpus more than the machine has, for simulated hosts
 * @param minorRegistry folder in which the agents of one machine share out minors of simulated devices
 */
public record AgentConfig(
        ControllerAddress controller,
        Path dataFolder,
        String hostName,
        String region,
        OptionalInt simulate,
        String simulateModel,
        OptionalInt claimCpus,
        OptionalInt claimMemoryGb,
        Path minorRegistry,
        Path dockerSocket) {
    public static final int DEFAULT_SIMULATED_GPUS = 8;

    static final String USAGE = """
            usage: agent run --controller HOST:PORT --data DIR --name NAME [flags]
                   agent probe [--pretty] [--trace] [--limit-millis N] [--library PATH]... [--sys PATH]
              --config FILE          name=value lines with the names below; flags win
              --region NAME          default
              --tls-ca FILE          CA of the controller's certificate; needed beyond this machine
              --tls-cert FILE        this host's certificate, with --tls-key; the controller demands it there
              --tls-key FILE         its private key (PEM, PKCS 8)
              --simulate-gpus N      GPUs to make up, 0..64; default: the driver's, without one 8
              --simulate-model NAME  RTX 4090
              --claim-cpus N         CPUs that a simulated host claims, 1..4096
              --claim-memory-gb N    memory that a simulated host claims, 1..65536
              --minor-registry DIR   shared by the agents of a machine; /var/lib/berth/minors
              --docker-socket PATH   /var/run/docker.sock
            """;

    private static final Set<String> NAMES = Set.of(
            "config",
            "controller",
            "data",
            "name",
            "region",
            "tls-ca",
            "tls-cert",
            "tls-key",
            "simulate-gpus",
            "simulate-model",
            "claim-cpus",
            "claim-memory-gb",
            "minor-registry",
            "docker-socket");
    private static final int MOST_GPUS = 64;
    private static final int MOST_CPUS = 4_096;
    private static final int MOST_MEMORY_GB = 65_536;

    /** @throws IllegalArgumentException with a sentence that names the flag */
    public static AgentConfig parse(List<String> arguments) {
        Map<String, String> values = flags(arguments);
        String file = values.remove("config");
        if (file != null) {
            lines(Path.of(file)).forEach(values::putIfAbsent);
        }
        return new AgentConfig(
                ControllerAddress.parse(needed(values, "controller"), tls(values)),
                Path.of(needed(values, "data")),
                name(values, "name", needed(values, "name")),
                name(values, "region", values.getOrDefault("region", "default")),
                number(values, "simulate-gpus", 0, MOST_GPUS),
                values.getOrDefault("simulate-model", "RTX 4090"),
                number(values, "claim-cpus", 1, MOST_CPUS),
                number(values, "claim-memory-gb", 1, MOST_MEMORY_GB),
                Path.of(values.getOrDefault("minor-registry", "/var/lib/berth/minors")),
                Path.of(values.getOrDefault("docker-socket", "/var/run/docker.sock")));
    }

    private static Optional<ControllerAddress.Tls> tls(Map<String, String> values) {
        Optional<Path> certificate = Optional.ofNullable(values.get("tls-cert")).map(Path::of);
        Optional<Path> key = Optional.ofNullable(values.get("tls-key")).map(Path::of);
        Optional<Path> ca = Optional.ofNullable(values.get("tls-ca")).map(Path::of);
        if (ca.isEmpty() && (certificate.isPresent() || key.isPresent())) {
            throw new IllegalArgumentException("--tls-ca: it is missing, but --tls-cert or --tls-key is given");
        }
        return ca.map(file -> new ControllerAddress.Tls(file, certificate, key));
    }

    private static Map<String, String> flags(List<String> arguments) {
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
            if (values.put(name, rest.next()) != null) {
                throw new IllegalArgumentException(flag + ": it is given twice");
            }
        }
        return values;
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
            if (equals < 0 || !NAMES.contains(name) || name.equals("config")) {
                throw new IllegalArgumentException(
                        "--config: line " + number + " of " + file + " is not name=value with a known name: " + line);
            }
            values.put(name, line.substring(equals + 1).strip());
        }
        return values;
    }

    private static String needed(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + ": it is missing");
        }
        return value;
    }

    private static String name(Map<String, String> values, String flag, String value) {
        if (!value.matches("[A-Za-z0-9.-]{1,63}")) {
            throw new IllegalArgumentException(
                    "--" + flag + ": \"" + values.get(flag) + "\" is not 1 to 63 letters, digits, dots and hyphens");
        }
        return value;
    }

    private static OptionalInt number(Map<String, String> values, String flag, int least, int most) {
        String value = values.get(flag);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new IllegalArgumentException(
                    "--" + flag + ": \"" + value + "\" is not a number from " + least + " to " + most);
        }
        return OptionalInt.of(Integer.parseInt(value));
    }
}
