package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Deployments of every mode, created, scaled, updated, thinned out, stopped and deleted at random. */
final class DeploymentWishes implements Supplier<Wish> {
    private static final int MOST = 3;

    private final String name;
    private final Chance chance;
    private final Specs specs;
    private final Promises promises;
    private final ClusterView durable;
    private final List<Deployment> mine = new ArrayList<>();
    private int requests;

    DeploymentWishes(String name, Chance chance, Specs specs, Promises promises, ClusterView durable) {
        this.name = name;
        this.chance = chance;
        this.specs = specs;
        this.promises = promises;
        this.durable = durable;
    }

    @Override
    public Wish get() {
        requests++;
        mine.removeIf(deployment -> durable.deployment(deployment.id()) == null);
        if (mine.isEmpty() || (mine.size() < MOST && chance.below(100) < 60)) {
            return create();
        }
        Deployment one = chance.oneOf(mine);
        return switch (chance.below(10)) {
            case 0, 1, 2 -> scale(one);
            case 3, 4 -> update(one);
            case 5 -> end(one, chance.below(2) == 0);
            default -> stopMember(one);
        };
    }

    private Wish create() {
        DeploymentSpec spec = specs.deployment(name + "-dep-" + requests);
        RequestKey key = key("CreateDeployment", spec.name());
        return wish(
                key, false, at -> new Event.DeploymentSubmitted(key, actor(), new DeploymentId(chance.id()), spec, at));
    }

    private Wish scale(Deployment one) {
        RequestKey key = key("ScaleDeployment", one.id().value());
        int count = chance.below(6);
        boolean set = one.spec().mode() == DeploymentMode.REPLICA_SET;
        long version = chance.below(4) == 0 ? one.version() : 0;
        return wish(
                key,
                false,
                at -> set
                        ? new Event.DeploymentScaled(key, actor(), one.name(), count, null, null, version, at)
                        : new Event.DeploymentScaled(
                                key, actor(), one.id().value(), null, 1 + count / 2, 1 + count, version, at));
    }

    private Wish update(Deployment one) {
        RequestKey key = key("UpdateDeployment", one.id().value());
        PodSpec template = specs.template(one.name(), one.spec().mode());
        return wish(
                key,
                false,
                at -> new Event.DeploymentUpdated(key, actor(), one.id().value(), template, 0, at));
    }

    private Wish end(Deployment one, boolean deleting) {
        RequestKey key =
                key(deleting ? "DeleteDeployment" : "StopDeployment", one.id().value());
        return wish(
                key,
                deleting,
                at -> new Event.DeploymentEnded(key, actor(), one.id().value(), deleting, at));
    }

    private Wish stopMember(Deployment one) {
        List<Pod> members = List.copyOf(durable.livePods(one.id()));
        PodId podId = members.isEmpty()
                ? new PodId("nosuchnosuchnosu")
                : chance.oneOf(members).id();
        boolean decrease = chance.below(2) == 0;
        RequestKey key = key("StopPod", podId + " " + decrease);
        return wish(key, false, at -> new Event.MemberStopped(key, actor(), podId, decrease, at));
    }

    private Actor actor() {
        return new Actor(Actor.Kind.USER, name);
    }

    private RequestKey key(String method, String digest) {
        return new RequestKey(PodWishes.TENANT, method, name + "-" + requests, digest);
    }

    private Wish wish(RequestKey key, boolean deleting, LongFunction<Event> event) {
        return new Wish(key, event, reply -> heard(key, deleting, reply));
    }

    private void heard(RequestKey key, boolean deleting, Reply reply) {
        switch (reply) {
            case Reply.DeploymentReply(Deployment deployment, List<String> warnings) -> {
                promises.told(key.identity(), deployment, deleting);
                mine.removeIf(known -> known.id().equals(deployment.id()));
                mine.add(deployment);
            }
            // A repeat for one that was deleted since.
            case Reply.None none -> {}
            case Reply.Refused refused -> {}
            case Reply.PodReply other -> throw new Violation("a deployment's request was answered with " + other);
            case Reply.HostReply other -> throw new Violation("a deployment's request was answered with " + other);
            case Reply.VolumeReply other -> throw new Violation("a deployment's request was answered with " + other);
            case Reply.AvoidReply other -> throw new Violation("a deployment's request was answered with " + other);
            case Reply.Heard other -> throw new Violation("a request was answered as a heartbeat");
            case Reply.SessionAccepted other -> throw new Violation("a request was answered as a dial");
        }
    }
}
