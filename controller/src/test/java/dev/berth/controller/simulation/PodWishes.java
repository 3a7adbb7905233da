package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Pods of their own, deployed, paused, run and terminated at random. */
final class PodWishes implements Supplier<Wish> {
    static final TenantId TENANT = new TenantId("default");

    /** A lock is taken off more often than put on, or nothing would end any more. */
    private static final List<PodAction> ACTIONS = List.of(
            PodAction.PAUSE,
            PodAction.PAUSE,
            PodAction.RUN,
            PodAction.RUN,
            PodAction.TERMINATE,
            PodAction.TERMINATE,
            PodAction.RESTART,
            PodAction.RESET,
            PodAction.EDIT,
            PodAction.LOCK,
            PodAction.UNLOCK,
            PodAction.UNLOCK);

    private final String name;
    private final Chance chance;
    private final Specs specs;
    private final Promises promises;
    private final ClusterView durable;
    private final List<Pod> pods = new ArrayList<>();
    private int requests;

    PodWishes(String name, Chance chance, Specs specs, Promises promises, ClusterView durable) {
        this.name = name;
        this.chance = chance;
        this.specs = specs;
        this.promises = promises;
        this.durable = durable;
    }

    @Override
    public Wish get() {
        Actor actor = new Actor(Actor.Kind.USER, name);
        List<Pod> stranded = pods.stream().filter(this::isStranded).toList();
        if (!stranded.isEmpty() && chance.below(3) == 0) {
            requests++;
            return act(actor, PodAction.TERMINATE, chance.oneOf(stranded).id().value());
        }
        if (pods.isEmpty() || chance.below(100) < 45) {
            PodSpec spec = specs.pod(name + "-pod-" + ++requests);
            RequestKey key = key("DeployPod", spec.name());
            return new Wish(
                    key,
                    at -> new Event.PodSubmitted(key, actor, new PodId(chance.id()), spec, at),
                    reply -> heard(key, null, reply));
        }
        PodAction action = chance.oneOf(ACTIONS);
        // Rather the last ones: they are the ones in motion.
        int last = chance.below(3) == 0 ? pods.size() : Math.min(5, pods.size());
        Pod pod = pods.get(pods.size() - 1 - chance.below(last));
        if (action == PodAction.EDIT) {
            return edit(actor, pod);
        }
        String idOrName = chance.below(10) == 0 ? pod.name() : pod.id().value();
        requests++;
        return act(actor, action, idOrName);
    }

    /** Its last host was given up, and so its end is to wait for nobody. */
    private boolean isStranded(Pod pod) {
        Pod now = durable.pod(pod.id());
        HostId hostId =
                now == null || now.state().isFinal() ? null : now.placement().hostId();
        Host host = hostId == null ? null : durable.host(hostId);
        return host != null && host.givenUp();
    }

    private Wish act(Actor actor, PodAction action, String idOrName) {
        RequestKey key = key(action.name(), idOrName);
        return new Wish(
                key, at -> new Event.PodActed(key, actor, idOrName, action, at), reply -> heard(key, action, reply));
    }

    /** Asked of the version that was heard last: often another change was faster. */
    private Wish edit(Actor actor, Pod pod) {
        PodSpec spec = specs.edited(pod.spec());
        requests++;
        RequestKey key = key("EditPod", pod.id().value());
        Event.SpecEdit edit = new Event.SpecEdit(spec, false, false);
        return new Wish(
                key,
                at -> new Event.PodEditAsked(key, actor, pod.id().value(), edit, pod.version(), at),
                reply -> heard(key, PodAction.EDIT, reply));
    }

    private RequestKey key(String method, String digest) {
        return new RequestKey(TENANT, method, name + "-" + requests, digest);
    }

    private void heard(RequestKey key, @Nullable PodAction action, Reply reply) {
        switch (reply) {
            case Reply.PodReply(Pod pod, List<String> warnings) -> {
                promises.told(key.identity(), pod, action);
                int known = 0;
                while (known < pods.size() && !pods.get(known).id().equals(pod.id())) {
                    known++;
                }
                if (known == pods.size()) {
                    pods.add(pod);
                } else {
                    pods.set(known, pod);
                }
            }
            case Reply.Refused refused -> {}
            case Reply.None other -> throw new Violation("a pod's request was answered with nothing");
            case Reply.DeploymentReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.HostReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.VolumeReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.AvoidReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.Heard other -> throw new Violation("a request was answered as a heartbeat");
            case Reply.SessionAccepted other -> throw new Violation("a request was answered as a dial");
        }
    }
}
