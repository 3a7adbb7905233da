package dev.berth.agent.container;

import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerState.Status;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The double of the engine: containers are entries of a map. Everything happens on the calling thread, events and log
 * lines included, in a fixed order, so that a simulation with it runs the same way twice. A container runs the same
 * words as the test image's program (say, err, trap, ignore, exit, sleep …); one without words runs until
 * {@link InMemoryEngine#exit}. Commands beside it have threads of their own ({@link InMemoryExec}). Faults are asked for on {@link #faults}. Several runtimes of different hosts may share one engine.
 */
public final class InMemoryRuntime implements ContainerRuntime {
    private final InMemoryEngine engine;
    private final String hostId;
    private String clusterId = "";

    public InMemoryRuntime(String hostId, InstantSource clock) {
        this(hostId, new InMemoryEngine(clock));
    }

    private InMemoryRuntime(String hostId, InMemoryEngine engine) {
        this.hostId = hostId;
        this.engine = engine;
    }

    /** Another agent on the same engine, or the same agent after a restart. */
    public InMemoryRuntime sharing(String otherHostId) {
        return new InMemoryRuntime(otherHostId, engine);
    }

    public InMemoryEngine faults() {
        return engine;
    }

    @Override
    public void join(String cluster) {
        if (!clusterId.isEmpty() && !clusterId.equals(cluster)) {
            throw new IllegalStateException("this host is of cluster " + clusterId + ", not of " + cluster);
        }
        clusterId = cluster;
    }

    private ContainerLabels labels() {
        if (clusterId.isEmpty()) {
            throw new IllegalStateException("no cluster was joined: call join first");
        }
        return new ContainerLabels(clusterId, hostId);
    }

    @Override
    public EngineFacts engine() {
        return engine.call("engine", "", InMemoryEngine::facts);
    }

    @Override
    public ImageFacts ensureImage(String reference, PullProgress progress) {
        ImageReference image = ImageReference.parse(reference);
        return engine.call("ensureImage", reference, inside -> inside.image(image, reference, progress))
                .requirePlatform();
    }

    @Override
    public ImageFacts imageOf(String container, String reference) {
        return engine.call(
                "imageOf",
                container,
                inside -> find(container)
                        .flatMap(box -> box.image)
                        .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no container " + container)));
    }

    @Override
    public ImageOs readOs(ImageFacts image) {
        labels();
        return engine.call("readOs", image.reference(), inside -> inside.osOf(image));
    }

    @Override
    public InputStream exportImage(ImageFacts image) {
        labels();
        return engine.call("exportImage", image.reference(), inside -> inside.archive(image));
    }

    @Override
    public List<String> imageReferences(int limit) {
        return engine.call("imageReferences", "", inside -> inside.references(limit));
    }

    @Override
    public String create(ContainerPlan plan) {
        ContainerLabels labels = labels();
        return engine.call("create", plan.name(), inside -> {
            InMemoryEngine.Box known = inside.boxes.get(plan.name());
            if (known == null) {
                return inside.add(plan, labels.of(plan)).id;
            }
            ContainerState found = read(known)
                    .orElseThrow(() ->
                            refused("the name " + plan.name() + " belongs to a container that is not this host's"));
            if (!found.specHash().equals(plan.specHash())) {
                throw refused("container " + plan.name() + " exists and was made from another plan");
            }
            return found.id();
        });
    }

    private static ContainerException refused(String message) {
        return new ContainerException(Kind.CONTAINER_CREATE_ERROR, message);
    }

    @Override
    public void start(String container) {
        onOwned("start", container, box -> {
            if (box.status == Status.CREATED) {
                engine.start(box);
            }
            return box;
        });
    }

    @Override
    public void startAgain(String container) {
        onOwned("startAgain", container, box -> {
            if (box.status != Status.RUNNING) {
                engine.start(box);
            }
            return box;
        });
    }

    @Override
    public void stop(String container, Duration grace) {
        engine.call("stop", container, inside -> {
            find(container).filter(box -> box.status == Status.RUNNING).ifPresent(box -> inside.stop(box, grace));
            return container;
        });
    }

    @Override
    public void killProcesses(String containerId) {
        engine.boxes.values().stream()
                .filter(box -> box.id.equals(containerId) && box.status == Status.RUNNING)
                .findFirst()
                .ifPresent(box -> engine.stop(box, Duration.ZERO));
    }

    @Override
    public void remove(String container) {
        engine.call("remove", container, inside -> {
            find(container).ifPresent(inside::remove);
            return container;
        });
    }

    @Override
    public Optional<ContainerState> inspect(String container) {
        return engine.call("inspect", container, inside -> find(container).flatMap(this::read));
    }

    @Override
    public long writtenBytes(String container) {
        return onOwned("writtenBytes", container, box -> box.writtenBytes);
    }

    @Override
    public List<ContainerState> list() {
        if (clusterId.isEmpty()) {
            return List.of();
        }
        return engine.call(
                "list",
                "",
                inside -> inside.boxes.values().stream()
                        .flatMap(box -> read(box).stream())
                        .sorted(Comparator.comparing(ContainerState::name))
                        .toList());
    }

    @Override
    public Subscription watch(ContainerListener listener) {
        InMemoryEngine.Watcher watcher = new InMemoryEngine.Watcher(labels(), listener);
        engine.watchers.add(watcher);
        listener.connected();
        return () -> engine.watchers.remove(watcher);
    }

    @Override
    public Subscription logs(String container, int tail, boolean follow, LogSink sink) {
        return onOwned("logs", container, box -> {
            for (LogLine line : box.log.subList(Math.max(0, box.log.size() - tail), box.log.size())) {
                sink.line(line);
                engine.linesTaken.incrementAndGet();
            }
            if (!follow || box.status != Status.RUNNING) {
                sink.end("");
                return () -> {};
            }
            box.followers.add(sink);
            return () -> {
                if (box.followers.remove(sink)) {
                    sink.end("");
                }
            };
        });
    }

    @Override
    public ExecSession exec(String container, ExecPlan plan, ExecSink sink) {
        return onOwned("exec", container, box -> {
            if (box.status != Status.RUNNING) {
                throw new ContainerException(Kind.NOT_FOUND, "container " + container + " does not run");
            }
            InMemoryExec command = new InMemoryExec(plan, sink);
            engine.commands.add(command);
            return command.start();
        });
    }

    @Override
    public void close() {
        engine.watchers.removeIf(watcher -> watcher.labels().hostId().equals(hostId));
    }

    private <T> T onOwned(String call, String container, Function<InMemoryEngine.Box, T> action) {
        return engine.call(
                call,
                container,
                inside -> action.apply(find(container)
                        .orElseThrow(() -> new ContainerException(
                                Kind.NOT_FOUND, "there is no container " + container + " of this host and cluster"))));
    }

    private Optional<InMemoryEngine.Box> find(String container) {
        return engine.boxes.values().stream()
                .filter(box -> box.name.equals(container) || box.id.equals(container))
                .filter(box -> read(box).isPresent())
                .findFirst();
    }

    private Optional<ContainerState> read(InMemoryEngine.Box box) {
        return labels().read(box.name, box.labels).map(mark -> box.state(mark));
    }

    /** One line as the engine would give it. */
    static LogLine line(Instant time, LogLine.Stream stream, String text) {
        return new LogLine(time, stream, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
