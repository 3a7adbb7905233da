package dev.berth.controller.simulation;

import dev.berth.controller.engine.Engine;
import dev.berth.controller.engine.TestCluster;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one thread, from one seed: the real controller core and real agent cores among simulated machines,
 * networks, disks and callers. First with faults, then without, until all must have settled. Checked after every event.
 */
final class Simulation {
    private static final long FAULTY_MILLIS = 600_000;
    /** Lease bound and 120 s more (INV-48), and the longest back-off of a deployment. */
    private static final long QUIET_MILLIS = 540_000;

    private static final int FRAMES = 12;
    private static final int SHORT_CHARACTERS = 200;

    private static final int CHECK_PROMISES_EVERY_EVENTS = 64;

    private final Timeline timeline = new Timeline();
    private final Trace trace = new Trace(timeline);
    private final Chance chance;
    private final JournalOracle journal = new JournalOracle();
    private final LeaseOracle leases = new LeaseOracle(timeline, journal);
    private final VolumeOracles volumes = VolumeOracles.of(journal);
    private final StrangeCopies strangers = new StrangeCopies();
    private final SortedMap<String, CopyWorker> peers = new TreeMap<>();
    private final ContainerOracle containers = new ContainerOracle(journal, leases);
    private final DeploymentOracle deployments = new DeploymentOracle(timeline, containers);
    private final DiskOracle disks = new DiskOracle();
    private final FleetOracle fleet = new FleetOracle(timeline);
    private final Promises promises = new Promises(journal);
    private final ControllerProcess controller;
    private final List<AgentProcess> agents = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private final Weather weather;
    private long events;

    private Simulation(long seed, Mutant mutant) {
        chance = new Chance(seed, mutant.broughtOutBy());
        trace.add("seed", seed + " " + mutant + " " + chance);
        journal.watch(deployments);
        journal.watch(fleet);
        journal.watch(disks);
        SimulatedStore store = new SimulatedStore(chance, mutant);
        controller = new ControllerProcess(timeline, chance, trace, store, journal, fleet, mutant);
        int hosts = (int) chance.between(3, 5);
        for (int i = 1; i <= hosts; i++) {
            Machine machine = machine(i, mutant);
            strangers.put(machine, chance);
            containers.add(machine);
            ContainerEngine engine = new ContainerEngine(timeline, chance, trace, machine, mutant);
            Wire wire = new Wire(timeline, chance);
            CopyWorker copies = new CopyWorker(timeline, chance, trace, machine, peers, mutant);
            agents.add(new AgentProcess(timeline, chance, trace, machine, engine, copies, controller, wire, mutant));
        }
        leases.watch(agents);
        Specs specs = new Specs(chance);
        for (int i = 1; i <= 2; i++) {
            call("caller" + i, new PodWishes("caller" + i, chance, specs, promises, journal.durable()), 14_000);
        }
        for (int i = 1; i <= 2; i++) {
            String name = "owner" + i;
            call(name, new DeploymentWishes(name, chance, specs, promises, journal.durable()), 40_000);
        }
        call("admin", new FleetWishes("admin", chance, promises, journal.durable(), containers.machines()), 60_000);
        call("keeper", new VolumeWishes("keeper", chance, promises, journal.durable()), 20_000);
        call("grower", new DiskWishes("grower", chance, promises, journal.durable()), 12_000);
        weather = new Weather(timeline, chance, trace, controller, agents);
    }

    private Machine machine(int number, Mutant mutant) {
        int gpus = (int) chance.between(2, 8);
        HostId hostId = new HostId("host00000000000" + number);
        Inventory gpuUnits = TestCluster.inventory("RTX 4090", gpus, 64, 256, "GPU-" + number + "-");
        List<UnitFacts> units = new ArrayList<>(gpuUnits.units());
        for (int i = 0; i < chance.below(5); i++) {
            UnitShare share = new UnitShare(100, 2048, 100, 2048);
            units.add(new UnitFacts("CPU-" + number + "-" + i, GpuCatalogue.CPU, 0, gpus + i, "", -1, share));
        }
        // It counts twenty times. On one that says nothing of it there is always room.
        long diskGb = chance.below(3) == 0 ? 0 : chance.between(8, 24);
        HostReach reach = new HostReach(hostId.value(), 0, 0, hostId + ":7", "finger of " + hostId, List.of(), diskGb);
        Inventory inventory = new Inventory(
                gpuUnits.facts(), units, gpuUnits.links(), reach, gpuUnits.simulated(), gpuUnits.warnings());
        double rate = 1 + chance.between(-50, 50) / 10_000.0;
        return new Machine(
                new HostDisk(hostId, chance, volumes, mutant), inventory, timeline, rate, containers, mutant);
    }

    private void call(String name, Supplier<Wish> wishes, long everyMillis) {
        callers.add(new Caller(name, timeline, chance, trace, controller, wishes, everyMillis));
    }

    /** {@code failure} is null when every promise was kept. */
    record Outcome(
            long seed,
            String hash,
            long lines,
            int promises,
            SortedSet<String> seen,
            @Nullable RuntimeException failure,
            String lastLines) {
        /** What matters most comes last, in two short lines: a long log is read from its end. */
        String describe() {
            if (failure == null) {
                return "seed " + seed + ": all is well";
            }
            StringBuilder text = new StringBuilder("the last lines of the trace of seed " + seed + ":\n");
            text.append(lastLines).append('\n').append(failure).append('\n');
            Stream.of(failure.getStackTrace())
                    .limit(FRAMES)
                    .forEach(frame -> text.append("    at ").append(frame).append('\n'));
            text.append("It comes again with: ./berth test -pl controller -am -Dtest=SimulationTest")
                    .append(" -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=")
                    .append(seed);
            String promise = failure instanceof Violation ? failure.getMessage() : failure.toString();
            String first = promise == null ? "" : promise.lines().findFirst().orElse("");
            return text + "\nseed " + seed + " broke a promise:\n"
                    + first.substring(0, Math.min(first.length(), SHORT_CHARACTERS));
        }
    }

    static Outcome run(long seed, Mutant mutant) {
        Simulation simulation = new Simulation(seed, mutant);
        RuntimeException failure = null;
        try {
            simulation.live();
        } catch (RuntimeException e) {
            failure = e;
        }
        return new Outcome(
                seed,
                simulation.trace.hash(),
                simulation.trace.lines(),
                simulation.promises.count(),
                simulation.seen(),
                failure,
                simulation.trace.last());
    }

    /** Faults that struck and moves of pods that happened. */
    private SortedSet<String> seen() {
        SortedSet<String> seen = new TreeSet<>(journal.movesSeen());
        seen.addAll(deployments.seen());
        seen.addAll(fleet.seen());
        seen.addAll(disks.seen());
        seen.addAll(volumes.writers().seen());
        seen.addAll(volumes.deletions().seen());
        if (leases.overlaps() > 0) {
            seen.add("attempts overlapped by faults");
        }
        chance.struck().forEach(fault -> seen.add(fault.name()));
        return seen;
    }

    private void live() {
        controller.start();
        agents.forEach(AgentProcess::start);
        callers.forEach(Caller::start);
        weather.start();
        pass(FAULTY_MILLIS);
        weather.clear();
        pass(FAULTY_MILLIS + QUIET_MILLIS);
        promises.check();
        Engine engine = controller.engine();
        if (engine == null) {
            throw new Violation("INV-48: the controller is not up");
        }
        journal.same(engine.state());
        new SettledCheck(
                        journal.durable(),
                        containers.machines(),
                        deployments,
                        engine.liveness(),
                        controller.nowMillis())
                .check(agents, callers, timeline.sinceStartMillis());
        strangers.check();
        VolumesSettled settled = new VolumesSettled(journal.durable(), volumes, controller.nowMillis());
        settled.check(containers.machines());
        agents.forEach(agent -> settled.check(agent.machine().hostId, agent.savedOrders()));
    }

    private void pass(long untilMillis) {
        while (timeline.next(untilMillis, leases::pass)) {
            containers.check();
            leases.check();
            journal.check();
            if (++events % CHECK_PROMISES_EVERY_EVENTS == 0) {
                promises.check();
            }
        }
    }

    /** Prints the seed and the hash of its trace, for another JVM to compare. */
    public static void main(String[] args) {
        for (String seed : args) {
            Outcome outcome = run(Long.parseLong(seed), Mutant.NONE);
            System.out.println(
                    seed + " " + outcome.lines() + " " + outcome.hash() + (outcome.failure() == null ? "" : " FAILED"));
        }
    }
}
