package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose pods have outgrown their disks: those that rest ask for more and are run again, and while they wait for
 * a host that has so much they are labelled and grow a little further.
 */
final class DiskWishes implements Supplier<Wish> {
    private final String name;
    private final Chance chance;
    private final Promises promises;
    private final ClusterView durable;
    private int requests;

    DiskWishes(String name, Chance chance, Promises promises, ClusterView durable) {
        this.name = name;
        this.chance = chance;
        this.promises = promises;
        this.durable = durable;
    }

    @Override
    public Wish get() {
        requests++;
        List<Pod> resting = pods(pod -> pod.state() == PodState.STOPPED);
        List<Pod> waiting = pods(pod -> pod.isQueued() && pod.placement().hostId() != null);
        if (resting.isEmpty() && waiting.isEmpty()) {
            return act("nosuchnosuchnosu", PodAction.RUN);
        }
        if (resting.isEmpty() || (!waiting.isEmpty() && chance.below(2) == 0)) {
            Pod pod = chance.oneOf(waiting);
            return chance.below(2) == 0 ? edit(pod, labelled(pod.spec())) : grown(pod, 1);
        }
        Pod pod = chance.oneOf(resting);
        return switch (chance.below(3)) {
            case 0 -> act(pod.id().value(), PodAction.RUN);
            case 1 -> edit(pod, withDisk(pod.spec(), (int) chance.between(1, 160)));
            default -> grown(pod, (int) chance.between(10, 80));
        };
    }

    private List<Pod> pods(Predicate<Pod> wanted) {
        return durable.podsByAge().values().stream()
                .filter(pod -> !pod.isElastic() && wanted.test(pod))
                .toList();
    }

    private Wish act(String podId, PodAction action) {
        RequestKey key = key(action.name(), podId);
        return new Wish(
                key,
                at -> new Event.PodActed(key, actor(), podId, action, at),
                reply -> heard(key, podId, action, reply));
    }

    private Wish edit(Pod pod, PodSpec spec) {
        String podId = pod.id().value();
        RequestKey key = key("EditPod", podId);
        Event.SpecEdit edit = new Event.SpecEdit(spec, false, false);
        return new Wish(
                key,
                at -> new Event.PodEditAsked(key, actor(), podId, edit, pod.version(), at),
                reply -> heard(key, podId, PodAction.EDIT, reply));
    }

    /** A volume of it; of one that has none, its container disk. */
    private Wish grown(Pod pod, int moreGb) {
        List<Volume> volumes = durable.volumesOf(pod.id());
        if (volumes.isEmpty()) {
            return edit(pod, withDisk(pod.spec(), pod.spec().containerDiskGb() + moreGb));
        }
        Volume volume = chance.oneOf(volumes);
        RequestKey key = key("VolumeAct", volume.id().value());
        Event.VolumeAct act = new Event.VolumeAct.Resize(volume.sizeGb() + moreGb);
        return new Wish(
                key,
                at -> new Event.VolumeActed(key, actor(), volume.id().value(), act, at),
                reply -> heard(key, volume.id().value(), null, reply));
    }

    private static PodSpec withDisk(PodSpec was, int gb) {
        PodStorage had = was.storage();
        return was.withStorage(
                new PodStorage(gb, had.systemVolumeGb(), had.podVolumeGb(), had.volumeMount(), had.networkVolumes()));
    }

    private PodSpec labelled(PodSpec was) {
        return new PodSpec(
                was.name(),
                was.container(),
                was.request(),
                was.storage(),
                was.tcpPorts(),
                was.lifetime(),
                Map.of("by", name + "-" + requests),
                was.terms());
    }

    private RequestKey key(String method, String subject) {
        return new RequestKey(PodWishes.TENANT, method, name + "-" + requests, subject);
    }

    private Actor actor() {
        return new Actor(Actor.Kind.USER, name);
    }

    private void heard(RequestKey key, String subject, @Nullable PodAction action, Reply reply) {
        if (reply instanceof Reply.PodReply(Pod pod, var _)) {
            promises.told(key.identity(), pod, action);
        } else if (reply instanceof Reply.VolumeReply(Volume volume)) {
            promises.told(key.identity(), volume, subject);
        } else if (!(reply instanceof Reply.Refused)) {
            throw new Violation("a request about " + subject + " was answered with " + reply);
        }
    }
}
