package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEngine;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.model.HostPlace;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An agent around its real core: carries its effects out in their order, is stopped or dies between any two of them,
 * comes back with what it had saved. The core is called from the timeline only, one event at a time.
 */
final class AgentProcess {
    private static final long LOOK_MILLIS = 1_000;
    private static final int MOST_VAIN_WAKES = 100;
    private static final long FENCE_LIMIT_MILLIS = 30_000;

    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final Machine machine;
    private final ContainerEngine containers;
    private final CopyWorker copies;
    private final Mutant mutant;
    private final AgentLink link;
    private final Gate gate;
    private final String name;
    private SavedState disk;
    private Membership membership;
    private ProcessClock clock;
    private boolean fileWhole = true;
    private boolean savedFullSet = true;
    private @Nullable AgentEngine engine;
    private boolean heardFullSet;
    private boolean mayDial;
    private int life;
    private long wakes;
    private int vainWakes;

    AgentProcess(
            Timeline timeline,
            Chance chance,
            Trace trace,
            Machine machine,
            ContainerEngine containers,
            CopyWorker copies,
            ControllerProcess controller,
            Wire wire,
            Mutant mutant) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.machine = machine;
        this.containers = containers;
        this.copies = copies;
        this.mutant = mutant;
        name = machine.hostId.value();
        gate = new Gate(timeline);
        disk = SavedState.empty(machine.bootId());
        membership = new Membership(name, "", 0);
        clock = ProcessClock.of(machine.clock);
        link = new AgentLink(timeline, chance, trace, this, controller, wire, mutant);
        machine.watch(new BoxLife(timeline, chance, machine)::started, this::ended);
        copies.servesWhile(() -> engine != null && !gate.isClosed() && !machine.isAsleep());
    }

    Machine machine() {
        return machine;
    }

    ContainerEngine containers() {
        return containers;
    }

    AgentLink link() {
        return link;
    }

    @Nullable
    AgentEngine engine() {
        return engine;
    }

    /** Whether nothing keeps it from its work at this moment. */
    boolean isAble() {
        return engine != null && !gate.isClosed() && !machine.isAsleep() && !containers.isAway();
    }

    int life() {
        return life;
    }

    Event.Hello hello() {
        return new Event.Hello(
                name,
                HostPlace.in("eu"),
                membership.clusterId(),
                machine.bootId(),
                membership.highestTerm(),
                machine.inventory());
    }

    /** What the core is told as its boot-time clock. */
    long bootMillis() {
        return mutant == Mutant.MONOTONIC_FOR_BOOTTIME ? machine.clock.monotonicMillis() : machine.clock.bootMillis();
    }

    void start() {
        if (engine != null || machine.isOff()) {
            return;
        }
        boolean lost = chance.strikes(Fault.FILE_LOST);
        // A file that was lost is whole again only when all that the controller wants has been saved since.
        fileWhole = !lost && (fileWhole || savedFullSet);
        savedFullSet = fileWhole;
        if (lost || mutant == Mutant.FORGETS_AND_STARTS_AGAIN) {
            disk = SavedState.empty(machine.bootId());
            machine.forgetSignals();
        }
        if (mutant == Mutant.FORGETS_AND_STARTS_AGAIN) {
            machine.forgetContainers();
        }
        if (mutant == Mutant.KILLS_UNKNOWN_AT_ONCE) {
            machine.killUnknown(
                    disk.pods().stream().map(pod -> pod.assignment().key()).toList());
        }
        if (mutant == Mutant.LEASE_ANEW_AT_START) {
            machine.lease = new Lease(machine.bootId(), membership.highestTerm(), bootMillis() + 60_000, 1);
        }
        clock = ProcessClock.of(machine.clock);
        mayDial = false;
        trace.add(name, "agent starts, revision " + disk.revision() + (fileWhole ? "" : ", its file is lost"));
        engine = new AgentEngine(disk, machine.lease, membership, machine.bootId());
        after(FENCE_LIMIT_MILLIS, this::dialOnce);
        step(new AgentEvent.Tick());
    }

    private void dialOnce() {
        if (!mayDial) {
            mayDial = true;
            link.dialSoon();
        }
    }

    void kill(String why) {
        if (engine == null) {
            return;
        }
        trace.add(name, "agent dies: " + why);
        engine = null;
        heardFullSet = false;
        life++;
        gate.reset();
        link.processDied();
        containers.agentDied();
        copies.agentDied();
        timeline.after(chance.between(100, chance.isQuiet() ? 100 : 20_000), () -> machine.gate.pass(this::start));
    }

    void stopFor(long millis) {
        trace.add(name, "the agent is stopped for " + millis + " ms");
        gate.close(millis);
    }

    void goOn() {
        gate.open();
    }

    void reboot() {
        trace.add(name, "the host boots anew");
        kill("reboot");
        containers.reboot();
        machine.reboot(chance.below(16));
        timeline.after(chance.between(100, 5_000), () -> machine.gate.pass(this::start));
    }

    void powerOff() {
        trace.add(name, "the power fails");
        kill("power");
        containers.reboot();
        machine.powerOff();
    }

    /** Runs when neither the process nor its machine stands still, in this life or not at all. */
    void enter(Runnable action) {
        int now = life;
        machine.gate.pass(() -> gate.pass(() -> {
            if (life == now && engine != null) {
                action.run();
            }
        }));
    }

    void after(long millis, Runnable action) {
        int now = life;
        timeline.after(millis, () -> {
            if (life == now) {
                enter(action);
            }
        });
    }

    /** Lets the core take an event now; for the timeline and what arrives by it. */
    void step(AgentEvent event) {
        enter(() -> take(event));
    }

    private void take(AgentEvent event) {
        AgentEngine running = engine;
        if (running == null) {
            return;
        }
        trace.add(name, event);
        copies.mutate(event, disk.volumes());
        heardFullSet |= event instanceof AgentEvent.DesiredReceived desired && desired.full();
        carryOut(running.step(event, clock.millis(), bootMillis()), 0);
        AgentEvent more = engine == null ? null : Mutations.after(mutant, event, disk, link.epoch());
        if (more != null) {
            take(more);
        }
    }

    private void carryOut(List<AgentEffect> effects, int from) {
        for (int i = from; i < effects.size(); i++) {
            AgentEffect effect = effects.get(i);
            if (chance.strikes(Fault.AGENT_CRASH_AT_EFFECT)) {
                kill("before " + effect);
                return;
            }
            if (chance.strikes(Fault.AGENT_PAUSE_AT_EFFECT)) {
                int next = i;
                int now = life;
                stopFor(chance.between(100, 360_000));
                gate.passFirst(() -> {
                    if (life == now) {
                        carryOut(effects, next);
                    }
                });
                return;
            }
            trace.add(name, "  " + effect);
            carryOut(effect);
        }
        AgentEngine running = engine;
        if (running != null) {
            if (running.mayDial()) {
                dialOnce();
            }
            planWake(running);
        }
    }

    private void planWake(AgentEngine running) {
        long number = ++wakes;
        long wait = running.nextWakeMillis() - clock.millis();
        vainWakes = wait > 0 ? 0 : vainWakes + 1;
        Violation.unless(vainWakes < MOST_VAIN_WAKES, () -> "INV-43: the agent of " + name + " wakes for ever");
        if (running.watchesLease()) {
            wait = Math.min(wait, LOOK_MILLIS);
        }
        if (wait < 1L << 40) {
            after(Math.max(1, wait), () -> {
                if (number == wakes) {
                    take(new AgentEvent.Tick());
                }
            });
        }
    }

    private void carryOut(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.SaveState save -> {
                disk = save.state();
                savedFullSet |= heardFullSet;
            }
            case AgentEffect.SaveMembership save -> membership = save.membership();
            case AgentEffect.SaveLease save -> {
                Violation.unless(
                        save.lease().deadlineMillis() <= machine.coveredUntilBootMillis,
                        () -> "INV-06: host " + name + " saves " + save.lease() + ", acknowledged is what lasts until "
                                + machine.coveredUntilBootMillis);
                machine.lease = save.lease();
                after(0, () -> take(new AgentEvent.LeaseSaved(save.lease())));
            }
            case StartStep step -> {
                // What the lease does not cover any more needs nobody's word.
                Machine.Box box = machine.boxes.get(step.key());
                boolean mayBeFenced = step.step() == PodStep.STOP && (box == null || box.elastic);
                Violation.unless(
                        heardFullSet || step.step() == PodStep.INSPECT || mayBeFenced,
                        () -> "INV-41: host " + name + " acts before it has heard the controller's whole set: " + step);
                begin(step);
            }
            case AgentEffect.StartCopyStep step -> {
                Violation.unless(
                        heardFullSet,
                        () -> "INV-41: host " + name + " acts before it has heard the controller's whole set: " + step);
                copies.begin(step, inThisLife(this::take));
            }
            case AgentEffect.CancelFetch cancel -> copies.cancel(cancel.key());
            case AgentEffect.SetGrants grants -> copies.grant(grants);
            case AgentEffect.CancelStep cancel -> containers.cancelStep(cancel.key());
            case AgentEffect.Forget gone -> {}
            case AgentEffect.ListContainers list -> containers.list(list.token(), fileWhole, inThisLife(this::take));
            case AgentEffect.ListVolumes list -> copies.list(list.token(), inThisLife(this::take));
            case AgentEffect.SendReport report -> send(report);
            case AgentEffect.EndSession end -> link.hangUp(end.epoch(), end.reason());
        }
    }

    private <T> Consumer<T> inThisLife(Consumer<T> action) {
        int now = life;
        return value -> {
            if (life == now) {
                enter(() -> action.accept(value));
            }
        };
    }

    private boolean isCovered(StartStep step) {
        boolean elastic = step.assignment() != null && step.assignment().elastic();
        return !elastic || machine.lease.holds(machine.bootId(), bootMillis());
    }

    /** Of a start the lease is looked at before and after, as the agent's runner does. */
    private void begin(StartStep step) {
        Consumer<StepOutcome> finished = inThisLife(
                outcome -> take(new AgentEvent.StepFinished(step.key(), step.step(), recheck(step, outcome))));
        if (step.step() == PodStep.START && !isCovered(step)) {
            timeline.after(1, () -> finished.accept(new StepOutcome.Uncertain("not started: no lease")));
            return;
        }
        if (step.step() == PodStep.START && chance.strikes(Fault.AGENT_PAUSE_AT_EFFECT)) {
            stopFor(chance.between(100, 360_000));
        }
        enter(() -> containers.begin(
                step,
                finished,
                percent -> inThisLife(this::take).accept(new AgentEvent.PullProgress(step.key(), percent))));
    }

    private StepOutcome recheck(StartStep step, StepOutcome outcome) {
        boolean started = step.step() == PodStep.START && outcome instanceof StepOutcome.Done;
        if (!started || isCovered(step) || mutant == Mutant.NO_LOOK_AFTER_START) {
            Violation.unless(
                    !started || isCovered(step), () -> "INV-06: told as started without a lease: " + step.key());
            return outcome;
        }
        return containers.killNow(step)
                ? new StepOutcome.LeaseEnded("the lease ended meanwhile")
                : new StepOutcome.Unavailable("the engine does not answer");
    }

    private void send(AgentEffect.SendReport report) {
        if (mutant == Mutant.DROPS_A_REPORT && !report.full() && chance.below(20) == 0) {
            return;
        }
        link.send(report);
    }

    List<VolumeOrder> savedOrders() {
        return disk.volumes();
    }

    private void ended(Machine.Box box) {
        trace.add(name, "ended: " + box);
        if (!chance.strikes(Fault.EVENT_LOST)) {
            PodKey key = box.key;
            after(chance.between(1, 50), () -> take(new AgentEvent.ContainerDied(key)));
        }
    }

    /** Whether its file would tell, without the container, that it ran. */
    boolean knowsWhatBecameOf(Machine.Box box) {
        return box.status == ContainerStatus.CREATED
                || disk.pods().stream()
                        .anyMatch(pod -> pod.ran() && pod.assignment().key().equals(box.key));
    }
}
