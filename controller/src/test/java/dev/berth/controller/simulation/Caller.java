package dev.berth.controller.simulation;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client that deploys, pauses, runs and terminates at random, one request at a time, each until it is answered. */
final class Caller {
    private static final TenantId TENANT = new TenantId("default");
    private static final long RETRY_MILLIS = 5_000;
    /** Images that can be pulled, created and started; "brief" ends by itself soon. */
    static final List<String> SOUND_IMAGES = List.of("debian", "debian", "debian", "brief");

    private static final List<String> BAD_IMAGES = List.of("nosuch", "private", "stalls", "nocreate", "nostart");

    private final String name;
    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final ControllerProcess controller;
    private final Promises promises;
    private final List<PodId> pods = new ArrayList<>();
    private final Map<PodId, String> names = new TreeMap<>();
    private int requests;
    private boolean waiting;

    private final class Request {
        final RequestKey key;
        final @Nullable PodSpec spec;
        final String pod;
        final @Nullable PodAction action;
        boolean answered;

        Request(String method, @Nullable PodSpec spec, String pod, @Nullable PodAction action) {
            this.key = new RequestKey(TENANT, method, name + "-" + ++requests, spec == null ? pod : spec.name());
            this.spec = spec;
            this.pod = pod;
            this.action = action;
        }
    }

    Caller(
            String name,
            Timeline timeline,
            Chance chance,
            Trace trace,
            ControllerProcess controller,
            Promises promises) {
        this.name = name;
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.controller = controller;
        this.promises = promises;
    }

    boolean isWaiting() {
        return waiting;
    }

    void start() {
        timeline.after(chance.between(100, 6_000), () -> {
            if (!chance.isQuiet()) {
                ask();
            }
        });
    }

    private void ask() {
        Request request;
        if (pods.isEmpty() || chance.below(100) < 45) {
            PodSpec spec = spec();
            request = new Request("DeployPod", spec, "", null);
        } else {
            PodAction action = chance.oneOf(List.of(PodAction.PAUSE, PodAction.RUN, PodAction.TERMINATE));
            // Rather the last ones: they are the ones in motion.
            int last = chance.below(3) == 0 ? pods.size() : Math.min(5, pods.size());
            PodId pod = pods.get(pods.size() - 1 - chance.below(last));
            request = new Request(action.name(), null, chance.below(10) == 0 ? nameOf(pod) : pod.value(), action);
        }
        waiting = true;
        attempt(request);
    }

    private String nameOf(PodId podId) {
        return names.getOrDefault(podId, podId.value());
    }

    private PodSpec spec() {
        PodSpec.Container container = new PodSpec.Container(
                chance.oneOf(chance.below(3) == 0 ? BAD_IMAGES : SOUND_IMAGES),
                List.of(),
                List.of(),
                "",
                Map.of(),
                false);
        int gpus = chance.below(30) == 0 ? 9 : (int) chance.between(1, 4);
        return new PodSpec(
                name + "-pod-" + requests,
                container,
                ResourceRequest.gpus(gpus),
                20,
                10_000,
                Map.of(),
                (chance.below(3) == 0 ? QueueTerms.FAIL_FAST : QueueTerms.QUEUE).withPriority(chance.below(3)));
    }

    private void attempt(Request request) {
        if (request.answered) {
            return;
        }
        if (chance.strikes(Fault.LOST_REQUEST)) {
            trace.add(name, "lost: " + request.key);
        } else {
            long delay = chance.between(1, 20) + (chance.strikes(Fault.CLOG) ? chance.between(0, 9_000) : 0);
            PodId fresh = new PodId(chance.id());
            timeline.after(delay, () -> controller.submit(event(request, fresh), reply -> replied(request, reply)));
        }
        timeline.after(RETRY_MILLIS + chance.between(0, 1_000), () -> attempt(request));
    }

    private Event event(Request request, PodId fresh) {
        Actor actor = new Actor(Actor.Kind.USER, name);
        PodSpec spec = request.spec;
        PodAction action = request.action;
        if (spec != null) {
            return new Event.PodSubmitted(request.key, actor, fresh, spec, timeline.nowMillis());
        } else if (action != null) {
            return new Event.PodActed(request.key, actor, request.pod, action, timeline.nowMillis());
        }
        throw new IllegalStateException("a request for nothing");
    }

    private void replied(Request request, Reply reply) {
        if (chance.strikes(Fault.LOST_REPLY)) {
            trace.add(name, "the answer is lost: " + request.key);
        } else {
            timeline.after(chance.between(1, 20), () -> answered(request, reply));
        }
    }

    private void answered(Request request, Reply reply) {
        boolean definite = switch (reply) {
            case Reply.PodReply(Pod pod, List<String> warnings) -> {
                promises.told(request.key.identity(), pod, request.action);
                if (!pods.contains(pod.id())) {
                    pods.add(pod.id());
                    names.put(pod.id(), pod.name());
                }
                yield true;
            }
            case Reply.Refused refused -> refused.kind() != Reply.Kind.RESOURCE_EXHAUSTED || chance.below(4) == 0;
            case Reply.None none -> throw new Violation("a request was answered with nothing");
            case Reply.DeploymentReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.HostReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.AvoidReply other -> throw new Violation("a pod's request was answered with " + other);
            case Reply.Heard heard -> throw new Violation("a request was answered as a heartbeat");
            case Reply.SessionAccepted accepted -> throw new Violation("a request was answered as a dial");
        };
        if (definite && !request.answered) {
            request.answered = true;
            waiting = false;
            start();
        }
    }
}
