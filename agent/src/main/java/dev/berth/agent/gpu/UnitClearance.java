package dev.berth.agent.gpu;

import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate of a host with a driver: asks the probe about the units of a pod that has ended until nothing is left on them, and puts
 * those on which something stays into quarantine; a thread of its own tests what is there. Steps call it and block, the agent's
 * loop never does.
 */
public final class UnitClearance implements UnitGate, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UnitClearance.class);
    private static final long LONGEST_MILLIS = 60_000;
    private static final long POLL_MILLIS = 1_000;
    private static final long RETEST_MILLIS = 60_000;
    /** Below this a probe would follow the other. */
    private static final long LEAST_PAUSE_MILLIS = 20;
    /** What is in use on a unit that nobody has is its idle memory, but not when it is as much as this. */
    private static final int MOST_IDLE_MIB = 1_024;

    private final SharedProbe probe;
    private final Quarantine quarantine;
    private final DoubleSupplier timeScale;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gpu-retest").daemon().factory());

    /** @param timeScale factor on all waits; 1 except in tests */
    public UnitClearance(GpuProbe probe, Quarantine quarantine, DoubleSupplier timeScale, InstantSource clock) {
        this.probe = new SharedProbe(probe);
        this.quarantine = quarantine;
        this.timeScale = timeScale;
        this.clock = clock;
    }

    /**
     * Begins to test what is in quarantine, at once and then every minute.
     *
     * @param survey what the probe said at the agent's start
     * @param unitIds all GPUs and MIG instances that the host offers
     * @param held those that living containers have; asked only where the record of the quarantine was lost
     */
    public void start(GpuInventory survey, Collection<String> unitIds, Supplier<Set<String>> held) {
        boolean read = survey.outcome() == GpuInventory.Outcome.READ;
        boolean lost = quarantine.recordLost();
        boolean rebooted = quarantine.rebooted();
        quarantine.forgetTakenOut(survey);
        if (lost && read) {
            suspect(unitIds, held.get());
        }
        if (read && (rebooted || !lost)) {
            learnIdle(survey, unitIds, rebooted);
        }
        later(this::retest, 0);
    }

    /** Until a driver has told of the units, nobody knows which the lost record may have named. */
    private void suspect(Collection<String> unitIds, Set<String> alive) {
        SortedMap<String, Finding> suspects = new TreeMap<>();
        Finding lost = new Finding(
                Finding.Kind.RECORD_LOST, "the record of the quarantine was damaged, and may have named it");
        unitIds.stream().filter(unit -> !alive.contains(unit)).forEach(unit -> suspects.put(unit, lost));
        quarantine.replaceLostRecord();
        quarantine.judge(0, Set.of(), suspects, clock.millis());
    }

    /**
     * With no process on it and not in quarantine, what is in use on a unit is what is always in use. After a boot also in
     * quarantine, or one that drives a display would never come out.
     */
    private void learnIdle(GpuInventory survey, Collection<String> unitIds, boolean rebooted) {
        for (String unit : unitIds) {
            if ((rebooted || quarantine.of(unit).isEmpty())
                    && IdleCheck.whyNot(survey, unit, MOST_IDLE_MIB - IdleCheck.TOLERANCE_MIB)
                            .isEmpty()) {
                IdleCheck.usedMib(survey, unit).ifPresent(mib -> quarantine.seenIdle(unit, mib));
            }
        }
        quarantine.learnt();
        quarantine.judge(0, Set.of(), new TreeMap<>(), clock.millis());
    }

    @Override
    public void clear(List<String> unitIds) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(scaled(LONGEST_MILLIS));
        while (true) {
            SharedProbe.Answer now = probe.ask();
            SortedMap<String, Finding> found = test(now.inventory(), unitIds);
            if (Thread.interrupted()) {
                throw new InterruptedException("the agent ends while units are tested");
            }
            Set<String> clear = new TreeSet<>(unitIds);
            clear.removeAll(found.keySet());
            long leftNanos = deadlineNanos - System.nanoTime();
            boolean last = found.isEmpty() || leftNanos <= 0;
            quarantine.judge(now.number(), clear, last ? found : new TreeMap<>(), clock.millis());
            if (last) {
                found.forEach((unit, why) -> log.error("unit {} goes into quarantine: {}", unit, why.words()));
                return;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(leftNanos, TimeUnit.MILLISECONDS.toNanos(scaled(POLL_MILLIS))));
        }
    }

    @Override
    public Optional<String> refusal(List<String> unitIds) {
        for (String unit : unitIds) {
            Optional<Quarantined> why = quarantine.of(unit);
            if (why.isPresent()) {
                return Optional.of("waits, for " + why.get().warning(unit));
            }
        }
        return Optional.empty();
    }

    /** Whoever waits in {@link #clear} is not woken: its thread is for its owner to interrupt. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private SortedMap<String, Finding> test(GpuInventory now, Collection<String> unitIds) {
        SortedMap<String, Finding> found = new TreeMap<>();
        for (String unit : unitIds) {
            Optional<Finding> why = IdleCheck.whyNot(now, unit, quarantine.idleMib(unit));
            OptionalInt usedMib = IdleCheck.usedMib(now, unit);
            if (why.isPresent()) {
                found.put(unit, why.get());
            } else if (usedMib.isPresent()) {
                quarantine.seenIdle(unit, usedMib.getAsInt());
            }
        }
        return found;
    }

    private void retest() {
        try {
            Set<String> units = quarantine.units();
            if (!units.isEmpty()) {
                SharedProbe.Answer now = probe.ask();
                SortedMap<String, Finding> found = test(now.inventory(), units);
                units.removeAll(found.keySet());
                quarantine.retested(now.number(), units, found, clock.millis());
                units.forEach(unit -> log.info("unit {} is clear and back in stock", unit));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            log.error("the units in quarantine could not be tested; they stay there", e);
        }
        later(this::retest, scaled(RETEST_MILLIS));
    }

    private void later(Runnable task, long millis) {
        try {
            Future<?> _ = thread.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("the quarantine is closed");
        }
    }

    private long scaled(long millis) {
        return Math.max(LEAST_PAUSE_MILLIS, (long) (millis * timeScale.getAsDouble()));
    }
}
