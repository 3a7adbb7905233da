package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerPlan;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.HostBind;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.container.Subscription;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.loop.PodSteps;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.volume.VolumeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries steps out against the container runtime, each on a thread of its own, and tells the loop how they
 * ended. Keeps nothing but the facts of images that pulls found, and what was mounted; decides nothing.
 */
public final class PodRunner implements PodSteps, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PodRunner.class);

    /** What the engine gets of the kill budget after the grace. */
    private static final long ENGINE_KILL_MILLIS = 5_000;

    private final ContainerRuntime runtime;
    private final PodPlans plans;
    private final UnitGate gate;
    private final VolumeSteps volumes;
    private final PodStops stops;
    private final Consumer<AgentEvent> events;
    private final HostImages hostImages;
    private final BooleanSupplier leaseHolds;
    private final ExecutorService threads;
    private final Map<PodKey, ImageFacts> images = new ConcurrentHashMap<>();
    private final Map<PodKey, List<HostBind>> binds = new ConcurrentHashMap<>();
    private final Map<PodKey, Pull> pulls = new ConcurrentHashMap<>();
    private @Nullable Subscription watch;

    /**
     * Each step may block its thread for as long as a pull takes; threads are this runner's from now on.
     *
     * @param leaseHolds whether elastic pods may run at this moment, by the lease that is saved
     */
    public PodRunner(
            ContainerRuntime runtime,
            PodPlans plans,
            VolumeSteps volumes,
            HostImages hostImages,
            Consumer<AgentEvent> events,
            BooleanSupplier leaseHolds,
            UnitGate gate,
            ExecutorService threads) {
        this.gate = gate;
        this.volumes = volumes;
        this.stops = new PodStops(runtime, volumes, threads);
        this.hostImages = hostImages;
        this.leaseHolds = leaseHolds;
        this.threads = threads;
        this.runtime = runtime;
        this.plans = plans;
        this.events = events;
    }

    @Override
    public synchronized void join(String clusterId) {
        runtime.join(clusterId);
        if (watch == null) {
            watch = runtime.watch(new RuntimeEvents(events));
        }
    }

    @Override
    public void start(StartStep step) {
        CountDownLatch ended = new CountDownLatch(1);
        Supplier<StepOutcome> work = work(step);
        threads.execute(() -> {
            StepOutcome outcome = work.get();
            Outcomes.log(log, step, outcome);
            events.accept(new AgentEvent.StepFinished(step.key(), step.step(), outcome));
            ended.countDown();
        });
        guard(step, ended);
    }

    private Supplier<StepOutcome> work(StartStep step) {
        if (step.step() != PodStep.PULL) {
            pulls.remove(step.key());
            return () -> outcome(step);
        }
        Pull pull = new Pull();
        pulls.put(step.key(), pull);
        return () -> pull.run(() -> outcome(step));
    }

    /** The stop of an elastic pod waits for no engine: what is alive when its time is over is killed in its cgroup. */
    private void guard(StartStep step, CountDownLatch ended) {
        Assignment assignment = step.assignment();
        if (step.step() != PodStep.STOP || assignment == null || !assignment.elastic()) {
            return;
        }
        threads.execute(() -> {
            try {
                if (!ended.await(assignment.graceMillis() + ENGINE_KILL_MILLIS, TimeUnit.MILLISECONDS)) {
                    log.warn("pod {}: the engine does not stop it; its processes are killed without it", step.key());
                    runtime.killProcesses(step.containerId());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void cancelStep(PodKey key) {
        Pull pull = pulls.remove(key);
        if (pull != null) {
            pull.giveUp();
        } else {
            volumes.giveUpFilling(key);
        }
    }

    @Override
    public void forget(PodKey key) {
        images.remove(key);
        binds.remove(key);
        pulls.remove(key);
    }

    @Override
    public void listContainers(long token) {
        list("containers", token, () -> {
            List<FoundContainer> found = runtime.list().stream()
                    .flatMap(state -> Containers.found(state).stream())
                    .toList();
            return new AgentEvent.ContainersListed(token, found);
        });
    }

    @Override
    public void listVolumes(long token) {
        list("volumes", token, () -> {
            VolumeSteps.Listing found = volumes.list();
            return new AgentEvent.VolumesListed(token, found.mounted(), found.copies());
        });
    }

    private void list(String what, long token, Supplier<AgentEvent> listing) {
        threads.execute(() -> {
            AgentEvent answer;
            try {
                answer = listing.get();
            } catch (RuntimeException e) {
                log.warn("the host's {} cannot be listed; trying again: {}", what, e.getMessage());
                answer = new AgentEvent.ListingFailed(token, String.valueOf(e.getMessage()));
            }
            events.accept(answer);
        });
    }

    /** Interrupts what is under way; a container that was being made or stopped is found again at the next start. */
    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.close();
        }
        threads.shutdownNow();
    }

    private StepOutcome outcome(StartStep step) {
        try {
            return run(step);
        } catch (ContainerException e) {
            return Outcomes.of(e);
        } catch (VolumeException e) {
            log.warn("pod {}: {}: {}", step.key(), step.step(), e.getMessage());
            return Outcomes.of(step.step(), e);
        } catch (RuntimeException e) {
            log.error("{} of pod {} failed in an unexpected way", step.step(), step.key(), e);
            return new StepOutcome.Uncertain(step.step() + " failed: " + e);
        }
    }

    private StepOutcome run(StartStep step) {
        PodKey key = step.key();
        String name = ContainerPlan.nameOf(key.podId(), key.incarnation());
        Assignment assignment = step.assignment();
        return switch (step.step()) {
            case PULL -> pull(key, assignment);
            case MOUNT -> mount(step, assignment);
            case CREATE -> create(key, assignment);
            case START, START_AGAIN ->
                start(step, step.containerId().isEmpty() ? name : step.containerId(), assignment);
            case STOP -> {
                stops.stop(step, name);
                yield look(name);
            }
            case UNMOUNT -> {
                binds.remove(key);
                volumes.unmount(key);
                yield new StepOutcome.Done(null);
            }
            case CLEAR -> clear(step);
            case REMOVE -> remove(key, name);
            case INSPECT -> inspect(name);
        };
    }

    /** Of an elastic pod the lease is looked at before and after, for the start may take long. */
    private StepOutcome start(StartStep step, String container, @Nullable Assignment assignment) {
        boolean elastic = assignment != null && assignment.elastic();
        if (elastic && !leaseHolds.getAsBoolean()) {
            return new StepOutcome.Uncertain("not started: the host holds no lease");
        }
        if (step.step() == PodStep.START_AGAIN) {
            runtime.startAgain(container);
        } else {
            runtime.start(container);
        }
        if (elastic && !leaseHolds.getAsBoolean()) {
            runtime.stop(container, Duration.ZERO);
            return new StepOutcome.LeaseEnded("the host's lease ended while the container was started; it is killed");
        }
        return new StepOutcome.Done(
                new FoundContainer(step.key(), container, ContainerStatus.RUNNING, unitsOf(assignment), elastic, null));
    }

    private StepOutcome pull(PodKey key, @Nullable Assignment assignment) {
        if (assignment == null) {
            return new StepOutcome.Uncertain("there is no assignment to pull for");
        }
        volumes.requireRoom("pod " + key);
        ImageFacts image = runtime.ensureImage(assignment.container().image(), percent -> {
            volumes.requireRoom("the pull for pod " + key);
            events.accept(new AgentEvent.PullProgress(key, percent));
        });
        hostImages.present(assignment.container().image());
        if (assignment.container().forDevelopment()) {
            // Before any volume is touched: what an unfit image filled would stay for ever.
            runtime.readOs(image).requireDebianFamily(image.reference());
        }
        images.put(key, image);
        return new StepOutcome.Done(null);
    }

    private StepOutcome mount(StartStep step, @Nullable Assignment assignment) {
        PodKey key = step.key();
        if (assignment == null) {
            return new StepOutcome.ImageMissing();
        }
        // With a container there is: a restart, over the image that it was made from.
        ImageFacts image = step.containerId().isEmpty()
                ? images.get(key)
                : runtime.imageOf(step.containerId(), assignment.container().image());
        if (image == null) {
            return new StepOutcome.ImageMissing();
        }
        VolumeSteps.Mounted mounted = volumes.mount(assignment, step.orders(), image);
        binds.put(key, mounted.binds());
        return new StepOutcome.Mounted(mounted.warnings());
    }

    private StepOutcome create(PodKey key, @Nullable Assignment assignment) {
        ImageFacts image = images.get(key);
        List<HostBind> mounted = binds.get(key);
        boolean unmounted =
                mounted == null && assignment != null && !assignment.volumes().isEmpty();
        if (assignment == null || image == null || unmounted) {
            return new StepOutcome.ImageMissing();
        }
        Optional<String> refusal = gate.refusal(assignment.unitIds());
        if (refusal.isPresent()) {
            return new StepOutcome.Unavailable(refusal.get());
        }
        ContainerPlan plan;
        try {
            plan = plans.of(assignment, image, mounted == null ? List.of() : mounted);
        } catch (IllegalArgumentException e) {
            return new StepOutcome.Refused(
                    new Failure(FailureReason.CONTAINER_CREATE_ERROR, String.valueOf(e.getMessage())));
        }
        String container = runtime.create(plan);
        images.remove(key);
        return new StepOutcome.Done(new FoundContainer(
                key, container, ContainerStatus.CREATED, assignment.unitIds(), assignment.elastic(), null));
    }

    private StepOutcome clear(StartStep step) {
        try {
            gate.clear(step.units());
            return new StepOutcome.Done(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new StepOutcome.Uncertain("the agent ended while the pod's GPUs were tested");
        }
    }

    /** What runs by now, as of a start that came late, is told instead: nobody wanted it killed. */
    private StepOutcome remove(PodKey key, String name) {
        if (look(name) instanceof StepOutcome.Done(@Nullable FoundContainer found)
                && found != null
                && found.status() == ContainerStatus.RUNNING) {
            return new StepOutcome.Done(found);
        }
        images.remove(key);
        runtime.remove(name);
        return new StepOutcome.Done(null);
    }

    /** Of one that ended by itself too the engine's word is not enough: what is left of it in its cgroup holds its units. */
    private StepOutcome inspect(String name) {
        if (look(name) instanceof StepOutcome.Done(@Nullable FoundContainer found)
                && found != null
                && found.status() == ContainerStatus.EXITED) {
            runtime.stop(name, Duration.ZERO);
        }
        return look(name);
    }

    private StepOutcome look(String name) {
        Optional<ContainerState> state = runtime.inspect(name);
        if (state.isEmpty()) {
            return new StepOutcome.Done(null);
        }
        return Containers.found(state.get())
                .<StepOutcome>map(StepOutcome.Done::new)
                .orElseGet(() -> new StepOutcome.Uncertain("the engine is removing the container"));
    }

    private static List<String> unitsOf(@Nullable Assignment assignment) {
        return assignment == null ? List.of() : assignment.unitIds();
    }
}
