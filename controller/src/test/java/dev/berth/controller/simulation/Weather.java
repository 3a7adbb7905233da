package dev.berth.controller.simulation;

import java.util.List;

/** What befalls processes, hosts and networks from outside, once a second; ends when the chance is told to be quiet. */
final class Weather {
    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final ControllerProcess controller;
    private final List<AgentProcess> agents;
    private final List<ContainerEngine> engines;

    Weather(
            Timeline timeline,
            Chance chance,
            Trace trace,
            ControllerProcess controller,
            List<AgentProcess> agents,
            List<ContainerEngine> engines) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.controller = controller;
        this.agents = agents;
        this.engines = engines;
    }

    void start() {
        timeline.after(1_000, () -> {
            if (chance.isQuiet()) {
                return;
            }
            if (chance.strikes(Fault.CONTROLLER_KILL)) {
                controller.kill("kill -9");
            }
            for (int i = 0; i < agents.size(); i++) {
                befall(agents.get(i), engines.get(i));
            }
            start();
        });
    }

    /** From here on nothing new goes wrong. */
    void clear() {
        trace.add("weather", "clears up");
        chance.quiet();
        engines.forEach(ContainerEngine::comeBack);
    }

    private void befall(AgentProcess agent, ContainerEngine engine) {
        if (chance.strikes(Fault.CUT)) {
            trace.add(agent.machine().hostId.value(), "the stream is cut");
            agent.link().cut();
        }
        if (chance.strikes(Fault.AGENT_KILL)) {
            agent.kill("kill -9");
        }
        if (chance.strikes(Fault.REBOOT)) {
            agent.reboot();
        }
        if (chance.strikes(Fault.ENGINE_DOWN)) {
            engine.goAway(chance.between(500, 60_000));
        }
        List<Machine.Box> removable = agent.machine().boxes.values().stream()
                .filter(agent::knowsWhatBecameOf)
                .toList();
        if (!removable.isEmpty() && chance.strikes(Fault.REMOVED_BY_HAND)) {
            Machine.Box box = chance.oneOf(removable);
            trace.add(agent.machine().hostId.value(), "removed by hand: " + box);
            agent.machine().removedByHand(box);
        }
        List<Machine.Box> running = agent.machine().running();
        if (!running.isEmpty() && chance.strikes(Fault.EXIT)) {
            agent.machine().exit(chance.oneOf(running), chance.below(3));
        }
    }
}
