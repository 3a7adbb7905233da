package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an administrator does with hosts at random, and a tenant who avoids one. Only a machine that is really off is
 * given up: the word of the administrator is trusted.
 */
final class FleetWishes implements Supplier<Wish> {
    private final String name;
    private final Chance chance;
    private final Promises promises;
    private final ClusterView durable;
    private final List<Machine> machines;
    private int requests;

    FleetWishes(String name, Chance chance, Promises promises, ClusterView durable, List<Machine> machines) {
        this.name = name;
        this.chance = chance;
        this.promises = promises;
        this.durable = durable;
        this.machines = machines;
    }

    @Override
    public Wish get() {
        requests++;
        Machine machine = chance.oneOf(machines);
        List<Machine> off = machines.stream().filter(Machine::isOff).toList();
        if (!off.isEmpty() && chance.below(2) == 0) {
            return act(chance.oneOf(off), HostAction.GIVE_UP, 0);
        }
        return switch (chance.below(10)) {
            case 0 -> act(machine, HostAction.CORDON, 0);
            case 2, 3 -> act(machine, HostAction.DRAIN, chance.below(3) == 0 ? 0 : chance.between(1_000, 120_000));
            case 4 -> act(machine, HostAction.MAINTAIN, 0);
            case 5 -> avoid();
            default -> act(machine, HostAction.UNCORDON, 0);
        };
    }

    private Wish act(Machine machine, HostAction action, long deadlineMillis) {
        String host = machine.hostId.value();
        RequestKey key = new RequestKey(PodWishes.TENANT, action.name(), name + "-" + requests, host);
        Actor actor = new Actor(Actor.Kind.ADMIN, name);
        return new Wish(
                key,
                at -> new Event.HostActed(key, actor, host, action, deadlineMillis, at),
                reply -> heard(key, host, reply));
    }

    private Wish avoid() {
        List<Pod> placed = new ArrayList<>(durable.podsByAge().values());
        placed.removeIf(pod -> pod.placement().hostId() == null);
        String pod = placed.isEmpty() ? "nosuch" : chance.oneOf(placed).id().value();
        long duration = chance.between(10_000, 300_000);
        RequestKey key = new RequestKey(PodWishes.TENANT, "AvoidHost", name + "-" + requests, pod);
        Actor actor = new Actor(Actor.Kind.USER, name);
        return new Wish(
                key, at -> new Event.HostAvoidAsked(key, actor, pod, duration, at), reply -> heard(key, "", reply));
    }

    private void heard(RequestKey key, String host, Reply reply) {
        switch (reply) {
            case Reply.HostReply answer -> promises.told(key.identity(), answer.host(), host);
            case Reply.VolumeReply other -> throw new Violation("a host's request was answered with " + other);
            case Reply.AvoidReply avoided -> {}
            case Reply.Refused refused -> {}
            case Reply.None other -> throw new Violation("a host's request was answered with nothing");
            case Reply.PodReply other -> throw new Violation("a host's request was answered with " + other);
            case Reply.DeploymentReply other -> throw new Violation("a host's request was answered with " + other);
            case Reply.Heard other -> throw new Violation("a request was answered as a heartbeat");
            case Reply.SessionAccepted other -> throw new Violation("a request was answered as a dial");
        }
    }
}
