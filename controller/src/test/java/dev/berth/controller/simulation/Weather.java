package dev.berth.controller.simulation;

import java.util.List;

/** What befalls processes, hosts and networks from outside, once a second; ends when the chance is told to be quiet. */
final class Weather {
    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final ControllerProcess controller;
    private final List<AgentProcess> agents;

    Weather(Timeline timeline, Chance chance, Trace trace, ControllerProcess controller, List<AgentProcess> agents) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.controller = controller;
        this.agents = agents;
    }

    void start() {
        timeline.after(1_000, () -> {
            if (chance.isQuiet()) {
                return;
            }
            if (chance.strikes(Fault.CONTROLLER_KILL)) {
                controller.kill("kill -9");
            }
            if (chance.strikes(Fault.CONTROLLER_PAUSE)) {
                controller.stopFor(span());
            }
            if (chance.strikes(Fault.CLOCK_SET)) {
                controller.setWall(wall());
            }
            if (chance.strikes(Fault.SWITCH_DOWN)) {
                long millis = span();
                agents.forEach(agent -> partition(agent, 2, millis));
            }
            agents.forEach(this::befall);
            start();
        });
    }

    /** From here on nothing new goes wrong. */
    void clear() {
        trace.add("weather", "clears up");
        chance.quiet();
        controller.goOn();
        for (AgentProcess agent : agents) {
            agent.containers().comeBack();
            agent.machine().disk.full(false);
            if (agent.link().wire().isBlockedFor(0)) {
                // What waits to be sent again by then would hold up all that comes after it.
                agent.link().cut();
            }
            agent.link().wire().heal();
            agent.machine().wake();
            agent.goOn();
            if (agent.machine().isOff()) {
                agent.reboot();
            }
        }
    }

    /** Mostly short, sometimes three times the lease bound. */
    private long span() {
        return switch (chance.below(4)) {
            case 0, 1 -> chance.between(100, 20_000);
            case 2 -> chance.between(10_000, 120_000);
            default -> chance.between(60_000, 360_000);
        };
    }

    /** Up to ten years off, mostly far less. */
    private long wall() {
        long most = chance.below(3) == 0 ? 315_000_000_000L : 600_000;
        return chance.between(-most, most);
    }

    /** {@code directions}: 0 or 1 for one of them, 2 for both. */
    private void partition(AgentProcess agent, int directions, long millis) {
        trace.add(agent.machine().hostId.value(), "is cut off, " + directions + ", for " + millis + " ms");
        if (directions != 1) {
            agent.link().wire().block(Wire.Direction.TO_CONTROLLER, millis);
        }
        if (directions != 0) {
            agent.link().wire().block(Wire.Direction.TO_AGENT, millis);
        }
    }

    private void befall(AgentProcess agent) {
        Machine machine = agent.machine();
        if (machine.isOff()) {
            return;
        }
        if (chance.strikes(Fault.CUT)) {
            trace.add(machine.hostId.value(), "the stream is cut");
            agent.link().cut();
        }
        if (chance.strikes(Fault.PARTITION)) {
            partition(agent, chance.below(3), chance.below(4) == 0 ? chance.between(0, 1_200_000) : span());
        }
        if (chance.strikes(Fault.AGENT_KILL)) {
            agent.kill("kill -9");
        }
        if (chance.strikes(Fault.AGENT_PAUSE)) {
            agent.stopFor(span());
        }
        if (chance.strikes(Fault.SUSPEND)) {
            long millis = span();
            trace.add(machine.hostId.value(), "sleeps for " + millis + " ms");
            machine.sleep(millis);
        }
        if (chance.strikes(Fault.CLOCK_SET)) {
            machine.clock.setWall(wall());
        }
        if (chance.strikes(Fault.ENGINE_DOWN)) {
            agent.containers().goAway(chance.between(500, 60_000));
        }
        if (chance.strikes(Fault.HOST_DISK_FULL)) {
            trace.add(machine.hostId.value(), "its disk is full");
            machine.disk.full(true);
            timeline.after(chance.between(1_000, 90_000), () -> machine.disk.full(false));
        }
        if (chance.strikes(Fault.POWER_OFF)) {
            agent.powerOff();
            timeline.after(span() * 2, () -> {
                if (machine.isOff()) {
                    agent.reboot();
                }
            });
            return;
        }
        if (chance.strikes(Fault.REBOOT)) {
            agent.reboot();
        }
        befallContainers(agent);
    }

    private void befallContainers(AgentProcess agent) {
        Machine machine = agent.machine();
        List<Machine.Box> removable =
                machine.boxes.values().stream().filter(agent::knowsWhatBecameOf).toList();
        if (!removable.isEmpty() && chance.strikes(Fault.REMOVED_BY_HAND)) {
            Machine.Box box = chance.oneOf(removable);
            trace.add(machine.hostId.value(), "removed by hand: " + box);
            machine.removedByHand(box);
        }
        List<Machine.Box> running = machine.running();
        if (!running.isEmpty() && !machine.isAsleep() && chance.strikes(Fault.EXIT)) {
            machine.exitByItself(chance.oneOf(running), chance.below(3));
        }
    }
}
