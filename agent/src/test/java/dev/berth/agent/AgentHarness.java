package dev.berth.agent;

import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEngine;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.SimulatedGpuProbe;
import dev.berth.agent.gpu.SimulatedTopology;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.host.Capacity;
import dev.berth.agent.host.Partition;
import dev.berth.agent.link.Channels;
import dev.berth.agent.link.ControllerAddress;
import dev.berth.agent.link.ControllerLink;
import dev.berth.agent.link.HostCard;
import dev.berth.agent.loop.AgentLoop;
import dev.berth.agent.loop.BootClock;
import dev.berth.agent.loop.Mailbox;
import dev.berth.agent.loop.SteadyClock;
import dev.berth.agent.model.HostFacts;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitLink;
import dev.berth.agent.pod.HostImages;
import dev.berth.agent.pod.InMemoryVolumes;
import dev.berth.agent.pod.PodPlans;
import dev.berth.agent.pod.PodRunner;
import dev.berth.agent.store.AssignmentStore;
import dev.berth.agent.store.HostIdentity;
import dev.berth.agent.store.LeaseStore;
import dev.berth.agent.telemetry.TelemetryLink;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.ContainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** A whole agent but for Docker and GPUs: real threads, real files, a real connection, the engine's double. */
final class AgentHarness implements AutoCloseable {
    static final String IMAGE = "berth/test:1";

    static final HostFacts FACTS = new HostFacts(
            8,
            8_192,
            8,
            8_192,
            100,
            "cpu",
            "os",
            "6.1",
            "20.10",
            1,
            "550",
            "12.4",
            "0.1.0",
            "RAW_NODES",
            true,
            "overlay2");

    final Mailbox mailbox;
    /** At its start. */
    final Inventory inventory;

    private final PodRunner runner;
    private final AgentLoop loop;
    private final ControllerLink link;
    private final TelemetryLink telemetry;
    static final HostReach REACH =
            new HostReach("127.0.0.1", 20_000, 20_099, "127.0.0.1:7", "ab".repeat(32), List.of("nfs"), 100);

    /** Touched by the loop's thread and the engine's: whoever else asks it goes through the engine's. */
    final InMemoryVolumes volumes;

    private final Channels control;
    private final Channels bulk;

    /** @param engineThread the double is for one thread; whoever touches it goes through this */
    AgentHarness(Path folder, String controller, InMemoryRuntime runtime, ExecutorService engineThread)
            throws IOException, InterruptedException, ExecutionException {
        this(folder, controller, runtime, engineThread, BootClock.ofKernel());
    }

    AgentHarness(
            Path folder, String controller, InMemoryRuntime runtime, ExecutorService engineThread, BootClock bootClock)
            throws IOException, InterruptedException, ExecutionException {
        HostIdentity identity = new HostIdentity(folder);
        Membership membership = identity.loadOrCreate(RandomGenerator.getDefault());
        AssignmentStore store = new AssignmentStore(folder);
        SavedState saved = store.load().orElse(SavedState.empty("boot"));
        GpuInventory gpus =
                new SimulatedGpuProbe(membership.hostId(), "RTX 4090", 4, 0, SimulatedTopology.NVLINK_PAIRS).probe();
        Injection injection = Injection.choose(gpus, new EngineGpuSupport(false, Set.of(), false), folder);
        inventory = inventory(gpus);
        LeaseStore leases = new LeaseStore(folder);
        Lease lease = leases.load("boot");
        mailbox = new Mailbox(membership, lease, saved.revision());
        HostImages images = new HostImages(runtime, mailbox::images);
        engineThread.submit(images::read).get();
        volumes = new InMemoryVolumes(mailbox::offer);
        runner = new PodRunner(
                runtime,
                new PodPlans(injection, inventory.share(), "127.0.0.1", false),
                volumes,
                images,
                mailbox::offer,
                () -> mailbox.lease().holds("boot", bootClock.bootMillis()),
                UnitGate.OPEN,
                engineThread);
        ControllerAddress address = ControllerAddress.parse(controller, Optional.empty());
        control = new Channels(address, "link-io");
        bulk = new Channels(address, "telemetry-io");
        telemetry = new TelemetryLink(bulk, runtime, mailbox);
        HostCard card = new HostCard(
                "A", "us-east", "dc-1", new TreeMap<>(Map.of("fabric", "ib-1")), "boot", "instance", inventory);
        link = new ControllerLink(control, card, mailbox, telemetry, RandomGenerator.getDefault(), bootClock);
        loop = new AgentLoop(
                new AgentEngine(saved, lease, membership, "boot"),
                mailbox,
                store,
                identity,
                leases,
                runner,
                volumes,
                pods -> {},
                link,
                new SteadyClock(),
                bootClock);
        if (!membership.clusterId().isEmpty()) {
            runner.join(membership.clusterId());
        }
        loop.start();
        loop.awaitFence(Duration.ofSeconds(20));
        link.start();
    }

    static ExecutorService oneThread() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("engine").daemon().factory());
    }

    static Assignment assign(String podId, int incarnation, Assignment.Goal goal, String... units) {
        return Assignment.newBuilder()
                .setPodId(podId)
                .setIncarnation(incarnation)
                .setGoal(goal)
                .setTenantId("tenant")
                .setContainer(ContainerSpec.newBuilder().setImage(IMAGE).setForDevelopment(true))
                .addAllUnitIds(List.of(units))
                .setCpuHundredths(100)
                .setMemoryMib(512)
                .setGraceMillis(1_000)
                .build();
    }

    private static Inventory inventory(GpuInventory gpus) {
        List<UnitFacts> units = gpus.gpus().stream()
                .map(gpu -> new UnitFacts(
                        gpu.uuid(),
                        gpu.name().orElse(""),
                        gpu.vramMib().orElse(0),
                        gpu.minor().orElse(0),
                        gpu.cpuAffinity(),
                        gpu.numaNode().orElse(UnitFacts.NO_NODE)))
                .toList();
        BitSet online = new BitSet();
        online.set(0, 8);
        HostShare share = Partition.ofGpus(units, "host000000000001", 0, new Capacity(8, 8_192, online, 8_192, 0, 0))
                .share();
        List<UnitLink> links = List.of(new UnitLink(0, 1, UnitLink.Connection.NVLINK, 4));
        return new Inventory(FACTS, units, links, share, true, List.of("a warning"), REACH);
    }

    /** The process ends; its containers do not. */
    @Override
    public void close() {
        link.close();
        telemetry.close();
        loop.close();
        control.close();
        bulk.close();
    }
}
