package dev.berth.agent;

import dev.berth.agent.gpu.SimulatedTopology;
import dev.berth.agent.link.ControllerAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent is told at its start, by flags or by a file of {@code name=value} lines with the same names; flags win.
 *
 * @param dataCenter empty: none is named
 * @param cpuPool CPUs of a host with GPUs that are set aside for pods without
 * @param reservedCpus kept for the host itself
 * @param simulate GPUs to make up, 0 for a host without any; empty: the driver's, none without a driver
 * @param claimCpus more than the machine has, for simulated hosts
 * @param minorRegistry folder in which the agents of one machine share out minors of simulated devices
 */
public record AgentConfig(
        ControllerAddress controller,
        Path dataFolder,
        String hostName,
        String region,
        String dataCenter,
        SortedMap<String, String> labels,
        int cpuPool,
        int reservedCpus,
        int reservedMemoryGb,
        OptionalInt simulate,
        String simulateModel,
        SimulatedTopology simulateTopology,
        OptionalInt claimCpus,
        OptionalInt claimMemoryGb,
        Path minorRegistry,
        Path dockerSocket,
        AgentReach reach) {
    static final String USAGE = """
            usage: agent run --controller HOST:PORT --data DIR --name NAME [flags]
                   agent probe [--pretty] [--trace] [--limit-millis N] [--library PATH]... [--sys PATH]
              --config FILE            name=value lines with the names below; flags win
              --region NAME            default
              --data-center NAME       none
              --label KEY=VALUE        may be repeated; hosts of one value of "fabric" may share a gang
              --tls-ca FILE            CA of the controller's certificate; needed beyond this machine
              --tls-cert FILE          this host's certificate, with --tls-key; the controller demands it there
              --tls-key FILE           its private key (PEM, PKCS 8)
              --cpu-pool N             CPUs, with 2 GB each, set aside for pods without a GPU; 0
              --reserved-cpus N        CPUs kept for the host itself; 0
              --reserved-memory-gb N   memory kept for the host itself; 0
              --simulate-gpus N        GPUs to make up, 0..64; 0: a host of CPUs alone; default: the driver's
              --simulate-model NAME    RTX 4090
              --simulate-topology T    nvlink-pairs (default), switch or flat
              --claim-cpus N           CPUs that a simulated host claims, 1..4096
              --claim-memory-gb N      memory that a simulated host claims, 1..65536
              --minor-registry DIR     shared by the agents of a machine; /var/lib/berth/minors
              --docker-socket PATH     /var/run/docker.sock
              --advertise-address A    where people reach this host; its first global address
              --port-range A-B         ports of this host for pods; 20000-29999; agents of one machine need their own
              --volumes DIR            folder of the volumes, on the disk that is to hold them; DATA/volumes
              --share NAME=PATH        may be repeated: a shared file system mounted at PATH, for network volumes
              --transfer-listen H:P    where other agents fetch volumes; 0.0.0.0:0, port 0: any
              --transfer-address H:P   what they dial; the advertised address and the port above
              --disk-gb N              disk that pods and volumes may take; that of the volumes less a tenth
              --container-disk-limit L auto (default): by the storage driver or watched; off
            """;

    private static final int MOST_GPUS = 64;
    private static final int MOST_CPUS = 4_096;
    private static final int MOST_MEMORY_GB = 65_536;

    public AgentConfig {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** @throws IllegalArgumentException with a sentence that names the flag */
    public static AgentConfig parse(List<String> arguments) {
        AgentFlags flags = AgentFlags.parse(arguments);
        ControllerAddress controller = ControllerAddress.parse(flags.needed("controller"), tls(flags));
        Path data = Path.of(flags.needed("data"));
        return new AgentConfig(
                controller,
                data,
                flags.word("name", flags.needed("name")),
                flags.word("region", flags.text("region", "default")),
                flags.values().containsKey("data-center")
                        ? flags.word("data-center", flags.text("data-center", ""))
                        : "",
                flags.labels(),
                flags.number("cpu-pool", 0, MOST_CPUS).orElse(0),
                flags.number("reserved-cpus", 0, MOST_CPUS).orElse(0),
                flags.number("reserved-memory-gb", 0, MOST_MEMORY_GB).orElse(0),
                flags.number("simulate-gpus", 0, MOST_GPUS),
                flags.text("simulate-model", "RTX 4090"),
                topology(flags.text("simulate-topology", "nvlink-pairs")),
                flags.number("claim-cpus", 1, MOST_CPUS),
                flags.number("claim-memory-gb", 1, MOST_MEMORY_GB),
                Path.of(flags.text("minor-registry", "/var/lib/berth/minors")),
                Path.of(flags.text("docker-socket", "/var/run/docker.sock")),
                AgentReach.parse(flags, controller, data));
    }

    private static SimulatedTopology topology(String text) {
        try {
            return SimulatedTopology.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--simulate-topology: " + e.getMessage(), e);
        }
    }

    private static Optional<ControllerAddress.Tls> tls(AgentFlags flags) {
        Optional<Path> certificate = path(flags, "tls-cert");
        Optional<Path> key = path(flags, "tls-key");
        Optional<Path> ca = path(flags, "tls-ca");
        if (ca.isEmpty() && (certificate.isPresent() || key.isPresent())) {
            throw new IllegalArgumentException("--tls-ca: it is missing, but --tls-cert or --tls-key is given");
        }
        return ca.map(file -> new ControllerAddress.Tls(file, certificate, key));
    }

    private static Optional<Path> path(AgentFlags flags, String name) {
        return Optional.ofNullable(flags.values().get(name)).map(Path::of);
    }
}
