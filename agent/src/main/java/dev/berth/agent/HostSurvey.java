package dev.berth.agent;

import dev.berth.agent.container.EngineFacts;
import dev.berth.agent.gpu.CudaVersion;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.GpuProbe;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.MinorRange;
import dev.berth.agent.gpu.MinorRegistry;
import dev.berth.agent.gpu.SimulatedDevices;
import dev.berth.agent.gpu.SimulatedGpuProbe;
import dev.berth.agent.host.Capacity;
import dev.berth.agent.host.MachineFacts;
import dev.berth.agent.host.OshiHostProbe;
import dev.berth.agent.host.Partition;
import dev.berth.agent.model.HostFacts;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.model.Inventory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this host offers, found out once at the agent's start: GPUs of the driver or made up, the machine, the shares of
 * a unit, and the way in which GPUs reach containers.
 */
record HostSurvey(Inventory inventory, Injection injection, GpuInventory gpus) {
    private static final Logger log = LoggerFactory.getLogger(HostSurvey.class);
    private static final int MIB_PER_GIB = 1_024;

    /** @param driver asked where no GPUs are to be made up */
    static HostSurvey make(AgentConfig config, String hostId, EngineFacts engine, HostReach reach, GpuProbe driver)
            throws IOException {
        if (config.simulate().isEmpty()
                && (config.claimCpus().isPresent() || config.claimMemoryGb().isPresent())) {
            throw new IllegalArgumentException(
                    "--claim-cpus, --claim-memory-gb: only a simulated host may claim more than it has; leave them out,"
                            + " or say with --simulate-gpus which GPUs to make up");
        }
        GpuInventory gpus = config.simulate().isEmpty() ? real(driver.probe()) : madeUp(config, hostId);
        Path devices = gpus.simulated() ? config.dataFolder().resolve("devices") : Path.of("/dev");
        Injection injection = Injection.choose(gpus, EngineGpuSupport.of(engine), devices.toAbsolutePath());
        MachineFacts machine = OshiHostProbe.read(Path.of(engine.rootFolder()));
        List<String> warnings = new ArrayList<>(engine.warnings());
        warnings.addAll(gpus.problems());
        HostUnits found = HostUnits.of(gpus, injection, warnings);
        int cpus = config.claimCpus().orElse(machine.cpus());
        long memoryMib = config.claimMemoryGb().isPresent()
                ? (long) config.claimMemoryGb().getAsInt() * MIB_PER_GIB
                : machine.memoryMib();
        Capacity capacity = new Capacity(
                cpus,
                memoryMib,
                OshiHostProbe.onlineCpus(machine.cpus()),
                machine.memoryMib(),
                config.reservedCpus(),
                (long) config.reservedMemoryGb() * MIB_PER_GIB);
        Partition partition = withoutGpus(config)
                ? Partition.ofCpus(hostId, capacity)
                : Partition.ofGpus(found.units(), hostId, config.cpuPool(), capacity);
        boolean simulated = gpus.simulated() && (!withoutGpus(config) || capacity.isClaimed());
        HostFacts facts = facts(machine, cpus, memoryMib, engine, gpus, injection);
        Inventory inventory =
                new Inventory(facts, partition.units(), found.links(), partition.share(), simulated, warnings, reach);
        return new HostSurvey(inventory, injection, gpus);
    }

    /** Whether its GPUs are not made up: then units of pods that ended are tested. What no driver tells is not clear. */
    boolean isReal() {
        return !gpus.simulated();
    }

    private static boolean withoutGpus(AgentConfig config) {
        return config.simulate().isPresent() && config.simulate().getAsInt() == 0;
    }

    /** A host that has lost its driver offers nothing in its place: its pods would believe in GPUs that are not there. */
    private static GpuInventory real(GpuInventory found) {
        return switch (found.outcome()) {
            case READ -> {
                log.info(
                        "{} GPUs, driver {}",
                        found.gpus().size(),
                        found.driverVersion().orElse("unknown"));
                yield found;
            }
            case FAILED -> {
                log.error("the GPUs of this host cannot be read: {}; it offers none until a restart", found.problems());
                yield found;
            }
            case NO_DRIVER ->
                GpuInventory.noDriver("this host offers no GPUs until its agent is restarted with a driver: "
                        + String.join("; ", found.problems())
                        + ". Where GPUs are to be made up, or none are wanted, start the agent with --simulate-gpus N,"
                        + " or 0");
        };
    }

    private static GpuInventory madeUp(AgentConfig config, String hostId) throws IOException {
        int count = config.simulate().orElseThrow();
        if (count == 0) {
            log.info("a host of CPUs alone, as --simulate-gpus 0 says");
            return new SimulatedGpuProbe(hostId, config.simulateModel(), 0, 0, config.simulateTopology()).probe();
        }
        log.warn("SIMULATED: {} x {}; no GPU of this host is real", count, config.simulateModel());
        MinorRange minors = new MinorRegistry(config.minorRegistry()).allocate(hostId, config.dataFolder(), count);
        new SimulatedDevices(config.dataFolder().resolve("devices")).make(minors);
        return new SimulatedGpuProbe(hostId, config.simulateModel(), count, minors.base(), config.simulateTopology())
                .probe();
    }

    private static HostFacts facts(
            MachineFacts machine,
            int cpus,
            long memoryMib,
            EngineFacts engine,
            GpuInventory gpus,
            Injection injection) {
        return new HostFacts(
                cpus,
                memoryMib,
                machine.cpus(),
                machine.memoryMib(),
                machine.diskGb(),
                machine.cpuModel(),
                machine.os(),
                machine.kernel(),
                engine.version(),
                engine.cgroupVersion(),
                gpus.driverVersion().orElse(""),
                gpus.cudaVersion().map(CudaVersion::toString).orElse(""),
                Agent.VERSION,
                injection.way().name(),
                engine.liveRestore(),
                engine.storageDriver());
    }
}
