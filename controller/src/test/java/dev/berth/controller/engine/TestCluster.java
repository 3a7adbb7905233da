package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Decision;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Host;
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
import dev.berth.controller.model.Unplaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An engine with a clock turned by hand, and words for what callers and hosts do to it. */
public final class TestCluster {
    public static final TenantId TENANT = new TenantId("default");
    private static final Actor USER = new Actor(Actor.Kind.USER, "test");

    public final Engine engine;
    public final List<JournalRecord> journal = new ArrayList<>();
    public final List<Effect> effects = new ArrayList<>();
    public long nowMillis = 1_700_000_000_000L;
    private int keys;

    public TestCluster() {
        this(0);
    }

    /** One that ends pods which are stopped for so long. */
    public TestCluster(long retentionMillis) {
        engine = new Engine(new ClusterState(), Timings.DEFAULT, nowMillis, 100, retentionMillis);
        keep(engine.begin("testtesttesttest", nowMillis));
    }

    private Decision keep(Decision decision) {
        journal.addAll(decision.records());
        effects.addAll(decision.effects());
        return decision;
    }

    public Reply step(Event event) {
        return keep(engine.step(event)).reply();
    }

    public static Inventory inventory(String model, int gpus, int cpus, int memoryGb, String unitPrefix) {
        UnitShare share =
                new UnitShare(cpus / gpus * 100, memoryGb * 1024L / gpus, cpus / gpus * 100, memoryGb * 1024L / gpus);
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < gpus; i++) {
            units.add(new UnitFacts(unitPrefix + i, model, 24564, i, "", -1, share));
        }
        HostFacts facts = new HostFacts(
                cpus,
                memoryGb * 1024L,
                cpus,
                memoryGb * 1024L,
                1000,
                "cpu",
                "os",
                "kernel",
                "20.10",
                1,
                "",
                "12.4",
                "0.1",
                "RAW_NODES",
                true,
                "overlay2");
        return new Inventory(facts, units, List.of(), true, List.of());
    }

    /** Joins and reports an empty set, so that pods may be placed there. */
    public long join(String name, Inventory inventory) {
        long epoch = dial(name, inventory);
        report(name, epoch, true);
        return epoch;
    }

    public long dial(String name, Inventory inventory) {
        Event.Hello hello = new Event.Hello(name, HostPlace.in("eu"), "", "boot-" + name, 0, inventory);
        Reply reply = step(new Event.HostDialled(new HostId(name), hello, nowMillis));
        return ((Reply.SessionAccepted) reply).sessionEpoch();
    }

    public void report(String host, long epoch, boolean full, ObservedPod... pods) {
        step(new Event.HostReported(new HostId(host), epoch, 1, full, List.of(pods), null, null, nowMillis));
    }

    public void report(String host, Pod pod, ObservedPod.Phase phase) {
        long epoch = Objects.requireNonNull(engine.liveness().session(new HostId(host)))
                .epoch();
        report(host, epoch, false, observed(pod, phase));
    }

    public static ObservedPod observed(Pod pod, ObservedPod.Phase phase) {
        ObservedPod.Exit exit = phase == ObservedPod.Phase.ENDED ? new ObservedPod.Exit(0, false, false) : null;
        Reason failure = phase == ObservedPod.Phase.START_FAILED ? Reason.INVALID_IMAGE : Reason.NONE;
        return new ObservedPod(pod.id(), pod.placement().incarnation(), phase, failure, "as told", exit, List.of());
    }

    public static PodSpec spec(String name, ResourceRequest request, Unplaced unplaced) {
        PodSpec.Container container =
                new PodSpec.Container("image", List.of(), List.of("sleep", "1"), "", Map.of(), true);
        return new PodSpec(
                name,
                container,
                request,
                20,
                10_000,
                Map.of(),
                unplaced == Unplaced.QUEUE ? QueueTerms.QUEUE : QueueTerms.FAIL_FAST);
    }

    public Reply submit(PodSpec spec, String podId, String key) {
        RequestKey request = new RequestKey(TENANT, "DeployPod", key, Integer.toHexString(spec.hashCode()));
        return step(new Event.PodSubmitted(request, USER, new PodId(podId), spec, nowMillis));
    }

    public Pod deploy(String podId, int gpus, Unplaced unplaced) {
        return pod(submit(spec(podId, ResourceRequest.gpus(gpus), unplaced), podId, "deploy-" + podId));
    }

    public Reply act(String podId, PodAction action) {
        RequestKey request = new RequestKey(TENANT, action.name(), "key-" + keys++, "");
        return step(new Event.PodActed(request, USER, podId, action, nowMillis));
    }

    public Reply rescue(String podId) {
        RequestKey request = new RequestKey(TENANT, "RunPod", "key-" + keys++, "");
        return step(new Event.PodActed(request, USER, podId, PodAction.RUN, true, nowMillis));
    }

    /** As rpc would ask for it when the whole spec is said. */
    public Reply edit(String podId, PodSpec spec, long expectedVersion) {
        RequestKey request = new RequestKey(TENANT, "EditPod", "key-" + keys++, "");
        Event.SpecEdit edit = new Event.SpecEdit(spec, false, false);
        return step(new Event.PodEditAsked(request, USER, podId, edit, expectedVersion, nowMillis));
    }

    public static Reply.Refused refused(Reply reply) {
        return (Reply.Refused) reply;
    }

    public static Pod pod(Reply reply) {
        return ((Reply.PodReply) reply).pod();
    }

    public Pod pod(String podId) {
        return Objects.requireNonNull(engine.cluster().pod(new PodId(podId)), podId);
    }

    public int free(String host) {
        return engine.cluster().freeUnits(new HostId(host));
    }

    public Host host(String name) {
        return Objects.requireNonNull(engine.cluster().host(new HostId(name)), name);
    }
}
