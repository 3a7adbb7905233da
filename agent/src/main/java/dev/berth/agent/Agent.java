package dev.berth.agent;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.DockerRuntime;
import dev.berth.agent.container.EngineFacts;
import dev.berth.agent.container.RuntimeSettings;
import dev.berth.agent.core.AgentEngine;
import dev.berth.agent.gpu.GpuProbe;
import dev.berth.agent.gpu.NvmlGpuProbe;
import dev.berth.agent.host.OshiHostProbe;
import dev.berth.agent.link.Channels;
import dev.berth.agent.link.ControllerLink;
import dev.berth.agent.link.HostCard;
import dev.berth.agent.loop.AgentLoop;
import dev.berth.agent.loop.BootClock;
import dev.berth.agent.loop.Mailbox;
import dev.berth.agent.loop.SteadyClock;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.pod.CopyRunner;
import dev.berth.agent.pod.HostImages;
import dev.berth.agent.pod.PodPlans;
import dev.berth.agent.pod.PodRunner;
import dev.berth.agent.store.AssignmentStore;
import dev.berth.agent.store.DataFolder;
import dev.berth.agent.store.HostIdentity;
import dev.berth.agent.store.LeaseStore;
import dev.berth.agent.store.UnreadableFileException;
import dev.berth.agent.telemetry.TelemetryLink;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent process: the only place that makes its parts and ties them together. Started by {@link Main}. */
final class Agent implements AutoCloseable {
    static final String VERSION = "0.1.0";

    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final int ENGINE_RETRY_SECONDS = 2;
    private static final int INSTANCE_BYTES = 8;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);
    /** The kill budget: what ran on a lease that is over is dead by then, or cannot be killed. */
    private static final Duration FENCE_LIMIT = Duration.ofSeconds(30);

    private final DataFolder data;
    private final ContainerRuntime runtime;
    private final HostStock stock;
    private final PodRunner runner;
    private final AgentStorage storage;
    private final PodWatchers watchers;
    private final AgentLoop loop;
    private final ControllerLink link;
    private final TelemetryLink telemetry;
    private final Channels controlChannels;
    private final Channels telemetryChannels;

    /** Blocks until the container engine answers: without it there is nothing to offer. */
    Agent(AgentConfig config) throws IOException, InterruptedException {
        SecureRandom random = new SecureRandom();
        data = DataFolder.open(config.dataFolder());
        HostIdentity identity = new HostIdentity(data.path());
        Membership membership = identity.loadOrCreate(random);
        log.info("host {} ({}), data in {}", config.hostName(), membership.hostId(), data.path());
        runtime = new DockerRuntime(RuntimeSettings.of(membership.hostId()).withSocket(config.dockerSocket()));
        EngineFacts engine = awaitEngine(runtime);
        storage = AgentStorage.open(config, data.path(), runtime);
        GpuProbe probe = new NvmlGpuProbe(PROBE_LIMIT);
        HostSurvey survey = HostSurvey.make(config, membership.hostId(), engine, storage.reach(), probe);
        survey.inventory().warnings().forEach(warning -> log.warn("{}", warning));

        String bootId = OshiHostProbe.bootId();
        AssignmentStore store = new AssignmentStore(data.path());
        SavedState saved = load(store, bootId);
        LeaseStore leases = new LeaseStore(data.path());
        Lease lease = leases.load(bootId);
        BootClock bootClock = BootClock.ofKernel();
        Mailbox mailbox = new Mailbox(membership, lease, saved.revision());
        HostImages images = new HostImages(runtime, mailbox::images);
        images.read();
        stock = HostStock.open(survey, probe, data.path(), bootId, mailbox);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        runner = new PodRunner(
                runtime,
                new PodPlans(
                        survey.injection(),
                        survey.inventory().share(),
                        config.reach().publishAddress(),
                        config.reach().limitsContainerDisk() && engine.limitsContainerDisk()),
                storage.volumes(),
                images,
                mailbox::offer,
                () -> mailbox.lease().holds(bootId, bootClock.bootMillis()),
                stock.gate(),
                threads);
        controlChannels = new Channels(config.controller(), "link-io");
        telemetryChannels = new Channels(config.controller(), "telemetry-io");
        telemetry = new TelemetryLink(telemetryChannels, runtime, mailbox);
        link = new ControllerLink(
                controlChannels, card(config, bootId, random, survey), mailbox, telemetry, random, bootClock);
        CopyRunner copies = new CopyRunner(storage.volumes(), storage.transfers(), mailbox::offer, threads);
        boolean limitsDisk = config.reach().limitsContainerDisk();
        watchers = new PodWatchers(
                runtime,
                storage.watch(),
                config.reach().publishAddress(),
                limitsDisk && !engine.limitsContainerDisk(),
                mailbox);
        AgentEngine core = new AgentEngine(saved, lease, membership, bootId, survey.isReal());
        loop = new AgentLoop(
                core, mailbox, store, identity, leases, runner, copies, watchers, link, new SteadyClock(), bootClock);
        if (!membership.clusterId().isEmpty()) {
            runner.join(membership.clusterId());
        }
        stock.start(runtime);
    }

    private static HostCard card(AgentConfig config, String bootId, SecureRandom random, HostSurvey survey) {
        return new HostCard(
                config.hostName(),
                config.region(),
                config.dataCenter(),
                config.labels(),
                bootId,
                instance(random),
                survey.inventory());
    }

    void start() throws InterruptedException {
        loop.start();
        loop.awaitFence(FENCE_LIMIT);
        link.start();
    }

    /** Containers live on. */
    @Override
    public void close() {
        link.close();
        telemetry.close();
        loop.close();
        watchers.close();
        stock.close();
        runner.close();
        storage.close();
        runtime.close();
        controlChannels.close();
        telemetryChannels.close();
        try {
            data.close();
        } catch (IOException e) {
            log.warn("the data folder cannot be unlocked: {}", e.getMessage());
        }
    }

    private static EngineFacts awaitEngine(ContainerRuntime runtime) throws InterruptedException {
        String said = "";
        while (true) {
            try {
                EngineFacts engine = runtime.engine();
                log.info(
                        "Docker Engine {}, storage {}, cgroup v{}",
                        engine.version(),
                        engine.storageDriver(),
                        engine.cgroupVersion());
                return engine;
            } catch (ContainerException e) {
                String why = String.valueOf(e.getMessage());
                if (!why.equals(said)) {
                    said = why;
                    log.warn("waits for the container engine: {}", why);
                }
                TimeUnit.SECONDS.sleep(ENGINE_RETRY_SECONDS);
            }
        }
    }

    private static SavedState load(AssignmentStore store, String bootId) throws IOException {
        try {
            return store.load().orElse(SavedState.empty(bootId));
        } catch (UnreadableFileException e) {
            log.error(
                    "{}; laid aside as {}. No pod is touched: what runs is known by its labels, what shall run the"
                            + " controller tells",
                    e.getMessage(),
                    store.layAside());
            return SavedState.empty(bootId);
        }
    }

    private static String instance(SecureRandom random) {
        byte[] bytes = new byte[INSTANCE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
