package dev.berth.controller.trace;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Decision;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.engine.Engine;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The real core with the trace's hosts, whose agents do at once what they are told. Tasks are pods that queue. Silent
 * hosts stay READY, since half a year of heartbeats would show nothing.
 */
final class TracedCluster {
    private static final TenantId TENANT = new TenantId("trace");
    private static final Actor USER = new Actor(Actor.Kind.USER, "trace");
    private static final long FOREVER_MILLIS = 10L * 365 * 24 * 3_600_000;
    private static final Timings TIMINGS = new Timings(
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            FOREVER_MILLIS,
            Timings.DEFAULT.backoffFirstMillis(),
            Timings.DEFAULT.backoffMostMillis(),
            Timings.DEFAULT.reserveAfterMillis(),
            FOREVER_MILLIS,
            1);

    private final Engine engine = new Engine(new ClusterState(), TIMINGS, 0, 100_000);
    private final Map<HostId, Long> sequences = new HashMap<>();
    private final BiConsumer<PodId, Long> placed;

    /** {@code placed} hears each pod that got its place, and when (milliseconds). */
    TracedCluster(Trace trace, BiConsumer<PodId, Long> placed) {
        this.placed = placed;
        engine.begin("tracetracetrace1", 0);
        for (int i = 0; i < trace.hosts().size(); i++) {
            HostId id = new HostId("host-%04d".formatted(i));
            Event.Hello hello = new Event.Hello(
                    id.value(),
                    HostPlace.in("traced"),
                    "",
                    "boot",
                    0,
                    inventory(id, trace.hosts().get(i)));
            step(new Event.HostDialled(id, hello, 0));
            report(id, true, List.of(), 0);
        }
    }

    Pod arrive(String id, Trace.Task task, long atMillis) {
        PodSpec spec = new PodSpec(
                id,
                new PodSpec.Container("image", List.of(), List.of(), "", Map.of(), false),
                ResourceRequest.gpus(task.gpus()),
                20,
                0,
                Map.of(),
                QueueTerms.QUEUE);
        Reply reply = step(new Event.PodSubmitted(
                new RequestKey(TENANT, "DeployPod", id, ""), USER, new PodId(id), spec, atMillis));
        if (!(reply instanceof Reply.PodReply)) {
            throw new AssertionError("task " + id + " was answered with " + reply);
        }
        return Objects.requireNonNull(pod(id));
    }

    void leave(String id, long atMillis) {
        step(new Event.PodActed(
                new RequestKey(TENANT, "TerminatePod", id, ""), USER, id, PodAction.TERMINATE, atMillis));
        Pod pod = pod(id);
        HostId hostId = pod == null ? null : pod.placement().hostId();
        if (pod != null && hostId != null && pod.placement().grant() != null) {
            report(hostId, false, List.of(observed(pod, ObservedPod.Phase.GONE)), atMillis);
        }
    }

    void tick(long atMillis) {
        step(new Event.Ticked(atMillis));
    }

    @Nullable
    Pod pod(String id) {
        return engine.cluster().pod(new PodId(id));
    }

    /** Units that pods hold, by asking every host. */
    int heldUnits() {
        return engine.cluster().hosts().stream()
                .mapToInt(host ->
                        host.inventory().units().size() - engine.cluster().freeUnits(host.id()))
                .sum();
    }

    private Reply step(Event event) {
        Decision decision = engine.step(event);
        for (Pod pod : decision.changes()) {
            Grant grant = pod.placement().grant();
            HostId hostId = pod.placement().hostId();
            boolean latest = pod.equals(engine.cluster().pod(pod.id()));
            boolean wanted = pod.status().desired() == DesiredState.RUNNING
                    && !pod.state().isFinal();
            if (latest && wanted && grant != null && hostId != null && !pod.hasRun()) {
                placed.accept(pod.id(), event.atMillis());
                report(hostId, false, List.of(observed(pod, ObservedPod.Phase.RUNNING)), event.atMillis());
            }
        }
        return decision.reply();
    }

    private void report(HostId id, boolean full, List<ObservedPod> pods, long atMillis) {
        long epoch = Objects.requireNonNull(engine.liveness().session(id)).epoch();
        long sequence = sequences.merge(id, 1L, Long::sum);
        step(new Event.HostReported(id, epoch, sequence, full, pods, null, null, atMillis));
    }

    private static ObservedPod observed(Pod pod, ObservedPod.Phase phase) {
        return new ObservedPod(pod.id(), pod.placement().incarnation(), phase, Reason.NONE, "", null, List.of());
    }

    private static Inventory inventory(HostId id, Trace.TracedHost host) {
        UnitShare share = new UnitShare(
                host.cpus() / host.gpus() * 100,
                host.memoryMib() / host.gpus(),
                host.cpus() / host.gpus() * 100,
                host.memoryMib() / host.gpus());
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < host.gpus(); i++) {
            units.add(new UnitFacts("GPU-" + id + "-" + i, host.model(), 16_384, i, "", -1, share));
        }
        HostFacts facts = new HostFacts(
                host.cpus(),
                host.memoryMib(),
                host.cpus(),
                host.memoryMib(),
                10_000,
                "",
                "",
                "",
                "",
                2,
                "",
                "12.4",
                "",
                "CDI",
                true,
                "overlay2");
        return new Inventory(facts, units, List.of(), true, List.of());
    }
}
