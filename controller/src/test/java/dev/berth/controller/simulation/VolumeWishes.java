package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Volume;
import java.util.List;
import java.util.function.Supplier;

/** Volumes of pods, grown at random, and taken out of the trash into pods that rest. */
final class VolumeWishes implements Supplier<Wish> {
    private final String name;
    private final Chance chance;
    private final Promises promises;
    private final ClusterView durable;
    private int requests;

    VolumeWishes(String name, Chance chance, Promises promises, ClusterView durable) {
        this.name = name;
        this.chance = chance;
        this.promises = promises;
        this.durable = durable;
    }

    @Override
    public Wish get() {
        requests++;
        List<Volume> trashed =
                durable.volumes().stream().filter(Volume::isTrashed).toList();
        List<Pod> resting = durable.podsByAge().values().stream()
                .filter(pod -> pod.state() == PodState.STOPPED)
                .toList();
        List<Pod> given = resting.stream().filter(this::waitsForTrash).toList();
        if (!given.isEmpty() && chance.below(2) == 0) {
            return end(chance.oneOf(given).id().value());
        }
        if (!trashed.isEmpty() && !resting.isEmpty() && chance.below(4) > 0) {
            // Rather the last ones: they are still on their way to the trash.
            Volume volume = trashed.get(trashed.size() - 1 - chance.below(Math.min(3, trashed.size())));
            String podId = chance.oneOf(resting).id().value();
            return wish(volume.id().value(), "RestoreVolume " + podId, new Event.VolumeAct.Restore(podId));
        }
        List<Volume> all = List.copyOf(durable.volumes());
        String id = all.isEmpty() ? "nosuchnosuchnosu" : chance.oneOf(all).id().value();
        int sizeGb = (int) chance.between(5, 60);
        return wish(id, "ResizeVolume " + sizeGb, new Event.VolumeAct.Resize(sizeGb));
    }

    /** Whether it was given a volume that its host has not yet taken out of its trash. */
    private boolean waitsForTrash(Pod pod) {
        return durable.volumesOf(pod.id()).stream()
                .map(Volume::whereabouts)
                .anyMatch(now -> !now.proven() && now.restoredFrom() > 0);
    }

    private Wish end(String podId) {
        RequestKey key = new RequestKey(PodWishes.TENANT, "TERMINATE", name + "-" + requests, podId);
        Actor actor = new Actor(Actor.Kind.USER, name);
        return new Wish(
                key,
                at -> new Event.PodActed(key, actor, podId, PodAction.TERMINATE, at),
                reply -> heard(key, podId, reply));
    }

    private Wish wish(String volumeId, String digest, Event.VolumeAct act) {
        RequestKey key = new RequestKey(PodWishes.TENANT, "VolumeAct", name + "-" + requests, volumeId + " " + digest);
        Actor actor = new Actor(Actor.Kind.USER, name);
        return new Wish(
                key, at -> new Event.VolumeActed(key, actor, volumeId, act, at), reply -> heard(key, volumeId, reply));
    }

    private void heard(RequestKey key, String asked, Reply reply) {
        switch (reply) {
            case Reply.VolumeReply(Volume volume) -> promises.told(key.identity(), volume, asked);
            case Reply.Refused refused -> {}
            case Reply.None other -> throw new Violation("a volume's request was answered with nothing");
            case Reply.PodReply(Pod pod, var warnings) -> {
                Violation.unless(pod.id().value().equals(asked), () -> "asked for " + asked + ", was answered " + pod);
                promises.told(key.identity(), pod, PodAction.TERMINATE);
            }
            case Reply.DeploymentReply other -> throw new Violation("a volume's request was answered with " + other);
            case Reply.HostReply other -> throw new Violation("a volume's request was answered with " + other);
            case Reply.AvoidReply other -> throw new Violation("a volume's request was answered with " + other);
            case Reply.Heard other -> throw new Violation("a request was answered as a heartbeat");
            case Reply.SessionAccepted other -> throw new Violation("a request was answered as a dial");
        }
    }
}
