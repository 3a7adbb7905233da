package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect;
import dev.berth.agent.core.AgentEngine;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.model.HostPlace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent around its real core: carries its effects out in their order, dies between any two of them, comes back with
 * what it had saved. The core is called from the timeline only, one event at a time.
 */
final class AgentProcess {
    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final Machine machine;
    private final ContainerEngine containers;
    private final Mutant mutant;
    private final AgentLink link;
    private final String name;
    private SavedState disk;
    private Lease lease;
    private Membership membership;
    private boolean fileWhole = true;
    private @Nullable AgentEngine engine;
    private boolean heardFullSet;
    private int life;
    private long wakes;

    AgentProcess(
            Timeline timeline,
            Chance chance,
            Trace trace,
            Machine machine,
            ContainerEngine containers,
            ControllerProcess controller,
            Mutant mutant) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.machine = machine;
        this.containers = containers;
        this.mutant = mutant;
        name = machine.hostId.value();
        disk = SavedState.empty(machine.bootId());
        lease = Lease.none(machine.bootId());
        membership = new Membership(name, "", 0);
        link = new AgentLink(timeline, chance, trace, this, controller);
        machine.watch(this::started, this::ended);
    }

    Machine machine() {
        return machine;
    }

    AgentLink link() {
        return link;
    }

    @Nullable
    AgentEngine engine() {
        return engine;
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

    void start() {
        if (engine != null) {
            return;
        }
        fileWhole = !chance.strikes(Fault.FILE_LOST);
        if (!fileWhole || mutant == Mutant.FORGETS_AND_STARTS_AGAIN) {
            disk = SavedState.empty(machine.bootId());
        }
        if (mutant == Mutant.FORGETS_AND_STARTS_AGAIN) {
            machine.forgetContainers();
        }
        if (mutant == Mutant.KILLS_UNKNOWN_AT_ONCE) {
            machine.killUnknown(
                    disk.pods().stream().map(pod -> pod.assignment().key()).toList());
        }
        trace.add(name, "agent starts, revision " + disk.revision() + (fileWhole ? "" : ", its file is lost"));
        engine = new AgentEngine(disk, lease, membership, machine.bootId());
        step(new AgentEvent.Tick());
        if (engine != null) {
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
        link.processDied();
        containers.agentDied();
        timeline.after(chance.between(100, chance.isQuiet() ? 100 : 20_000), this::start);
    }

    void reboot() {
        trace.add(name, "the host boots anew");
        kill("reboot");
        containers.reboot();
        machine.reboot(chance.below(16));
    }

    /** Lets the core take an event now; for the timeline and what arrives by it. */
    void step(AgentEvent event) {
        AgentEngine running = engine;
        if (running == null) {
            return;
        }
        trace.add(name, event);
        heardFullSet |= event instanceof AgentEvent.DesiredReceived desired && desired.full();
        for (AgentEffect effect : running.step(event, timeline.nowMillis(), timeline.sinceStartMillis())) {
            if (chance.strikes(Fault.AGENT_CRASH_AT_EFFECT)) {
                kill("before " + effect);
                return;
            }
            trace.add(name, "  " + effect);
            carryOut(effect);
        }
        planWake(running);
    }

    private void later(int ofLife, AgentEvent event) {
        if (life == ofLife) {
            step(event);
        }
    }

    private void planWake(AgentEngine running) {
        long number = ++wakes;
        long wake = running.nextWakeMillis();
        if (wake < Long.MAX_VALUE) {
            timeline.at(Math.max(wake, timeline.nowMillis() + 1), () -> {
                if (number == wakes && engine == running) {
                    step(new AgentEvent.Tick());
                }
            });
        }
    }

    private void carryOut(AgentEffect effect) {
        int now = life;
        switch (effect) {
            case AgentEffect.SaveState save -> disk = save.state();
            case AgentEffect.SaveMembership save -> membership = save.membership();
            case AgentEffect.SaveLease save -> {
                lease = save.lease();
                timeline.after(0, () -> later(now, new AgentEvent.LeaseSaved(save.lease())));
            }
            case AgentEffect.StartStep step -> {
                Violation.unless(
                        heardFullSet || step.step() == PodStep.INSPECT,
                        () -> "INV-41: host " + name + " acts before it has heard the controller's whole set: " + step);
                containers.begin(
                        step,
                        outcome -> later(now, new AgentEvent.StepFinished(step.key(), step.step(), outcome)),
                        percent -> later(now, new AgentEvent.PullProgress(step.key(), percent)));
            }
            case AgentEffect.CancelPull cancel -> containers.cancelPull(cancel.key());
            case AgentEffect.ListContainers list ->
                containers.list(list.token(), fileWhole, answer -> later(now, answer));
            case AgentEffect.SendReport report -> send(report);
            case AgentEffect.EndSession end -> link.hangUp(end.epoch(), end.reason());
        }
    }

    private void send(AgentEffect.SendReport report) {
        if (mutant == Mutant.DROPS_A_REPORT && !report.full() && chance.below(20) == 0) {
            return;
        }
        link.send(report, mutant == Mutant.RELEASES_UNITS_AT_STOP_REQUEST);
    }

    private void started(Machine.Box box) {
        if (box.image.equals("brief")) {
            timeline.after(chance.between(1, 3_000), () -> machine.exit(box, 3));
        }
    }

    private void ended(Machine.Box box) {
        trace.add(name, "ended: " + box);
        int now = life;
        if (!chance.strikes(Fault.EVENT_LOST)) {
            PodKey key = box.key;
            timeline.after(chance.between(1, 50), () -> later(now, new AgentEvent.ContainerDied(key)));
        }
    }

    /** Whether its file would tell, without the container, that it ran. */
    boolean knowsWhatBecameOf(Machine.Box box) {
        return box.status == ContainerStatus.CREATED
                || disk.pods().stream()
                        .anyMatch(pod -> pod.ran() && pod.assignment().key().equals(box.key));
    }

    List<Machine.Box> running() {
        return machine.running();
    }
}
