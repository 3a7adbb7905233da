package dev.berth.controller.simulation;

import dev.berth.controller.engine.Engine;
import dev.berth.controller.engine.TestCluster;
import dev.berth.controller.model.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one thread, from one seed: the real controller core and real agent cores among simulated machines,
 * networks, disks and callers. First with faults, then without, until all must have settled. Checked after every event.
 */
final class Simulation {
    private static final long FAULTY_MILLIS = 240_000;
    /** Lease bound and 120 s more (INV-48). */
    private static final long QUIET_MILLIS = 240_000;

    private static final int HOSTS = 3;
    private static final int CALLERS = 3;
    private static final int CHECK_PROMISES_EVERY_EVENTS = 64;

    private final Timeline timeline = new Timeline();
    private final Trace trace = new Trace(timeline);
    private final Chance chance;
    private final JournalOracle journal = new JournalOracle();
    private final ContainerOracle containers = new ContainerOracle(journal);
    private final Promises promises = new Promises(journal);
    private final ControllerProcess controller;
    private final List<AgentProcess> agents = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private final Weather weather;
    private long events;

    private Simulation(long seed, Mutant mutant) {
        chance = new Chance(seed);
        trace.add("seed", seed + " " + mutant + " " + chance);
        SimulatedStore store = new SimulatedStore(chance, mutant);
        controller = new ControllerProcess(timeline, chance, trace, store, journal, mutant);
        List<ContainerEngine> engines = new ArrayList<>();
        for (int i = 1; i <= HOSTS; i++) {
            int gpus = (int) chance.between(2, 8);
            HostId hostId = new HostId("host00000000000" + i);
            Machine machine = new Machine(
                    hostId, TestCluster.inventory("RTX 4090", gpus, 64, 256, "GPU-" + i + "-"), containers, mutant);
            containers.add(machine);
            ContainerEngine engine = new ContainerEngine(timeline, chance, trace, machine, mutant);
            engines.add(engine);
            agents.add(new AgentProcess(timeline, chance, trace, machine, engine, controller, mutant));
        }
        for (int i = 1; i <= CALLERS; i++) {
            callers.add(new Caller("caller" + i, timeline, chance, trace, controller, promises));
        }
        weather = new Weather(timeline, chance, trace, controller, agents, engines);
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
        String describe() {
            return "seed " + seed + ": " + (failure == null ? "all is well" : failure.getMessage())
                    + "\nIt comes again with: ./berth test -pl controller -am -Dtest=SimulationTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed
                    + "\nThe last lines of its trace:\n" + lastLines;
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
        new SettledCheck(journal.durable(), containers.machines()).check(agents, callers, timeline.sinceStartMillis());
    }

    private void pass(long untilMillis) {
        while (timeline.next(untilMillis)) {
            containers.check();
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
