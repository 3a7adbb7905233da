package dev.berth.agent.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link ContainerRuntime} on Docker Engine. One connection pool; no thread of its own but the timer's and those of
 * subscriptions. A plain start costs create, inspect (the audit) and start, and nothing else.
 */
public final class DockerRuntime implements ContainerRuntime {
    private static final long POLL_NANOS = 20_000_000;

    private final EngineConnection engine;
    private final Images images;
    private final ImageContainers imageContainers;
    private final ImageExports exports;
    private final OsRelease osReleases;
    private final StopSequence stops;
    private final DockerStates states;
    private final Execs execs;
    private final WrittenBytes written;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    /** Ids by name and id: created by this process, audited, never asked to start. They start without another look. */
    private final Map<String, String> fresh = new ConcurrentHashMap<>();

    private final RuntimeSettings settings;
    private volatile @Nullable ContainerLabels joined;
    private volatile @Nullable ContainerPolicy policy;

    public DockerRuntime(RuntimeSettings settings) {
        this.settings = settings;
        this.engine = new EngineConnection(settings);
        this.images = new Images(engine);
        this.imageContainers = new ImageContainers(engine);
        this.osReleases = new OsRelease(engine, imageContainers);
        this.exports = new ImageExports(engine, imageContainers);
        this.stops = new StopSequence(engine);
        this.states = new DockerStates(settings.socket());
        this.execs = new Execs(engine);
        this.written = new WrittenBytes(engine);
    }

    @Override
    public synchronized void join(String clusterId) {
        ContainerLabels known = joined;
        if (known != null && !known.clusterId().equals(clusterId)) {
            throw new IllegalStateException("this host is of cluster " + known.clusterId() + ", not of " + clusterId);
        }
        joined = new ContainerLabels(clusterId, settings.hostId());
    }

    @Override
    public EngineFacts engine() {
        return translate("read the engine's facts", Kind.ENGINE_UNAVAILABLE, () -> EngineFactsReader.read(engine));
    }

    @Override
    public ImageFacts ensureImage(String reference, PullProgress progress) {
        return images.ensure(reference, progress);
    }

    @Override
    public ImageFacts imageOf(String container, String reference) {
        return Images.below(
                translate("inspect container " + container, Kind.NOT_FOUND, () -> raw(container)), reference);
    }

    @Override
    public ImageOs readOs(ImageFacts image) {
        return osReleases.read(labels(), image);
    }

    @Override
    public InputStream exportImage(ImageFacts image) {
        return exports.open(labels(), image);
    }

    @Override
    public List<String> imageReferences(int limit) {
        return images.references(limit);
    }

    @Override
    public String create(ContainerPlan plan) {
        ContainerLabels labels = labels();
        ContainerPolicy rules = policy();
        Map<String, String> marks = labels.of(plan);
        String what = "create container " + plan.name();
        try {
            String id = engine.call(
                    what,
                    client -> rules.fill(client.createContainerCmd(plan.image().id()), plan, marks)
                            .exec()
                            .getId());
            audit(rules, plan, marks, raw(id));
            fresh.put(id, id);
            fresh.put(plan.name(), id);
            return id;
        } catch (ConflictException e) {
            return adopt(rules, plan, marks, EngineError.text(e));
        } catch (DockerException e) {
            throw new ContainerException(Kind.CONTAINER_CREATE_ERROR, what + ": " + EngineError.text(e), e);
        }
    }

    /** The name is taken: by an earlier create of this very plan, whose answer was lost, or by something else. */
    private String adopt(ContainerPolicy rules, ContainerPlan plan, Map<String, String> marks, String engineText) {
        InspectContainerResponse found = raw(plan.name());
        Optional<ContainerState> ours = states.read(labels(), found);
        if (ours.isEmpty()) {
            throw new ContainerException(
                    Kind.CONTAINER_CREATE_ERROR,
                    "the name " + plan.name() + " belongs to a container that is not this host's; remove or rename it: "
                            + engineText);
        }
        if (!ours.get().specHash().equals(plan.specHash())) {
            throw new ContainerException(
                    Kind.CONTAINER_CREATE_ERROR,
                    "container " + plan.name() + " exists and was made from another plan of the same incarnation ("
                            + ours.get().specHash() + ", wanted " + plan.specHash() + ")");
        }
        audit(rules, plan, marks, found);
        return ours.get().id();
    }

    private void audit(
            ContainerPolicy rules, ContainerPlan plan, Map<String, String> marks, InspectContainerResponse made) {
        List<String> differences = PolicyAudit.differences(rules, plan, marks, made);
        if (!differences.isEmpty()) {
            throw new ContainerException(
                    Kind.CONTAINER_CREATE_ERROR,
                    "the engine made container " + plan.name() + " otherwise than asked, it must not start: "
                            + String.join("; ", differences));
        }
    }

    @Override
    public void start(String container) {
        String created = fresh.get(container);
        if (created == null) {
            ContainerState state = owned(container);
            if (state.status() != ContainerState.Status.CREATED) {
                // Running, or it ran and ended: a container runs once. The caller sees which by inspecting.
                return;
            }
            created = state.id();
        }
        String id = created;
        fresh.values().removeIf(id::equals);
        startById(container, id);
    }

    @Override
    public void startAgain(String container) {
        ContainerState state = owned(container);
        if (!state.alive()) {
            startById(container, state.id());
        }
    }

    private void startById(String container, String id) {
        try {
            engine.callOnce("start container " + container, client -> {
                client.startContainerCmd(id).exec();
                return id;
            });
        } catch (NotModifiedException e) {
            // It runs already.
        } catch (DockerException e) {
            String text = EngineError.text(e);
            throw new ContainerException(
                    EngineError.isPortConflict(text) ? Kind.PORT_CONFLICT : Kind.CONTAINER_CREATE_ERROR,
                    "container " + container + " could not be started: " + text,
                    e);
        }
    }

    @Override
    public void stop(String container, Duration grace) {
        Optional<ContainerState> state = inspect(container);
        if (state.isEmpty()) {
            return;
        }
        if (state.get().alive()) {
            stops.stop(state.get(), grace);
        } else {
            stops.prove(state.get());
        }
    }

    @Override
    public void killProcesses(String containerId) {
        Cgroups.kill(containerId, settings.killTimeout());
    }

    @Override
    public void remove(String container) {
        long end = System.nanoTime() + settings.killTimeout().toNanos();
        Optional<ContainerState> state = inspect(container);
        while (state.isPresent()) {
            fresh.values().removeIf(state.get().id()::equals);
            String failure = removeOnce(state.get().id());
            state = failure.isEmpty() ? Optional.empty() : inspect(container);
            if (state.isPresent()) {
                if (System.nanoTime() - end > 0) {
                    throw new ContainerException(
                            Kind.ENGINE_UNAVAILABLE, "container " + container + " could not be removed: " + failure);
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new ContainerException(Kind.INTERRUPTED, "interrupted: remove container " + container);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /** Empty when it is gone; else why not yet, such as another removal under way. */
    private String removeOnce(String id) {
        try {
            return engine.call("remove container " + id, client -> {
                client.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
                return "";
            });
        } catch (NotFoundException e) {
            return "";
        } catch (DockerException e) {
            return EngineError.text(e);
        }
    }

    @Override
    public Optional<ContainerState> inspect(String container) {
        try {
            return states.read(labels(), raw(container));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (DockerException e) {
            throw new ContainerException(
                    Kind.ENGINE_UNAVAILABLE, "inspect container " + container + ": " + EngineError.text(e), e);
        }
    }

    @Override
    public long writtenBytes(String container) {
        return written.of(container);
    }

    @Override
    public List<ContainerState> list() {
        ContainerLabels labels = joined;
        if (labels == null) {
            return List.of();
        }
        List<Container> found = translate(
                "list containers",
                Kind.ENGINE_UNAVAILABLE,
                () -> engine.call(
                        "list containers",
                        client -> client.listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(labels.own())
                                .exec()));
        List<ContainerState> ours = new ArrayList<>();
        for (Container container : found) {
            Optional<ContainerState> state = inspect(container.getId());
            state.ifPresent(ours::add);
            if (state.isEmpty()) {
                imageContainers.sweep(container);
            }
        }
        ours.sort(Comparator.comparing(ContainerState::name));
        return List.copyOf(ours);
    }

    @Override
    public Subscription watch(ContainerListener listener) {
        return keep(new EventStream(engine, labels(), states, listener));
    }

    @Override
    public Subscription logs(String container, int tail, boolean follow, LogSink sink) {
        ContainerState state = owned(container);
        String path = "/containers/" + state.id() + "/logs?stdout=1&stderr=1&timestamps=1&tail=" + tail + "&follow="
                + (follow ? 1 : 0);
        String what = "read the log of container " + state.name();
        try (Deadline deadline = Deadline.in(engine.timer(), settings.callTimeout())) {
            return keep(new LogStream(
                            translate(what, Kind.NOT_FOUND, () -> engine.open(what, Method.GET, path, deadline)),
                            sink,
                            state.name())
                    .start());
        }
    }

    @Override
    public ExecSession exec(String container, ExecPlan plan, ExecSink sink) {
        ContainerState state = owned(container);
        if (state.status() != ContainerState.Status.RUNNING) {
            throw new ContainerException(
                    Kind.NOT_FOUND, "container " + state.name() + " does not run, it is " + state.status());
        }
        return execs.begin(state, plan, sink);
    }

    @Override
    public void close() {
        execs.close();
        subscriptions.forEach(Subscription::close);
        engine.close();
    }

    private Subscription keep(Subscription subscription) {
        subscriptions.add(subscription);
        return () -> {
            subscriptions.remove(subscription);
            subscription.close();
        };
    }

    private ContainerState owned(String container) {
        return inspect(container)
                .orElseThrow(() -> new ContainerException(
                        Kind.NOT_FOUND, "there is no container " + container + " of this host and cluster"));
    }

    private InspectContainerResponse raw(String container) {
        return engine.call(
                "inspect container " + container,
                client -> client.inspectContainerCmd(container).exec());
    }

    private ContainerLabels labels() {
        ContainerLabels labels = joined;
        if (labels == null) {
            throw new IllegalStateException("no cluster was joined: call join first");
        }
        return labels;
    }

    /** Read once from the engine; where its init went away meanwhile, creates fail and say so. */
    private ContainerPolicy policy() {
        ContainerPolicy known = policy;
        if (known != null) {
            return known;
        }
        ContainerPolicy made = translate(
                "read the engine's facts",
                Kind.ENGINE_UNAVAILABLE,
                () -> engine.call(
                        "read the engine's facts",
                        client -> EngineFactsReader.policy(client.infoCmd().exec(), settings.socket())));
        policy = made;
        return made;
    }

    private static <T> T translate(String what, Kind kind, Supplier<T> call) {
        try {
            return call.get();
        } catch (DockerException e) {
            throw new ContainerException(kind, what + ": " + EngineError.text(e), e);
        }
    }
}
