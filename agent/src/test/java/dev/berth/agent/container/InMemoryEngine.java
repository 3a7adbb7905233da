package dev.berth.agent.container;

import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerState.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The state behind {@link InMemoryRuntime}s, and the place where a test makes things go wrong: an engine that is down,
 * a call that fails, a reply that is lost, a process that ends, a container that nobody asked for. One thread.
 */
public final class InMemoryEngine {
    record Watcher(ContainerLabels labels, ContainerListener listener) {}

    private record Fault(String call, boolean afterwards, ContainerException failure) {}

    private record Image(ImageFacts facts, ImageOs os, boolean present) {}

    static final class Box {
        final String id;
        final String name;
        final Map<String, String> labels;
        final List<String> words;
        final List<LogLine> log = new ArrayList<>();
        final List<LogSink> followers = new ArrayList<>();
        Status status = Status.CREATED;
        int pid;
        Optional<Instant> startedAt = Optional.empty();
        Optional<Instant> finishedAt = Optional.empty();
        OptionalInt exitCode = OptionalInt.empty();
        boolean oomKilled;
        long writtenBytes;
        boolean unkillable;
        /** Empty of a stranger's. */
        Optional<ImageFacts> image = Optional.empty();

        Box(String id, String name, Map<String, String> labels, List<String> words) {
            this.id = id;
            this.name = name;
            this.labels = Map.copyOf(labels);
            this.words = words;
        }

        ContainerState state(ContainerLabels.Mark mark) {
            return new ContainerState(
                    id,
                    name,
                    mark.podId(),
                    mark.incarnation(),
                    mark.specHash(),
                    mark.unitIds(),
                    mark.elastic(),
                    status,
                    pid,
                    startedAt,
                    finishedAt,
                    exitCode,
                    oomKilled,
                    "");
        }
    }

    final Map<String, Box> boxes = new TreeMap<>();
    final List<Watcher> watchers = new ArrayList<>();
    final AtomicLong linesTaken = new AtomicLong();
    final List<InMemoryExec> commands = new CopyOnWriteArrayList<>();

    private final InstantSource clock;
    private final Map<String, Image> images = new LinkedHashMap<>();
    private final Map<String, ContainerException> badImages = new LinkedHashMap<>();
    private final Queue<Fault> faults = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private boolean down;
    private int made;

    InMemoryEngine(InstantSource clock) {
        this.clock = clock;
    }

    /** All calls so far, {@code "start berth-p1-1"}: the trace of a simulation. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Lines of logs that readers have taken so far. */
    public long linesTaken() {
        return linesTaken.get();
    }

    /** All commands that were run beside containers so far. */
    public List<InMemoryExec> commands() {
        return commands;
    }

    /** An image of Debian for linux/amd64 that is on the host, or must be pulled first. */
    public ImageFacts addImage(String reference, boolean present) {
        ImageFacts facts = new ImageFacts(
                "sha256:" + "%064x".formatted(reference.hashCode()),
                reference,
                "linux",
                "amd64",
                1 << 20,
                List.of(),
                List.of("sleep"),
                List.of());
        addImage(facts, new ImageOs("debian", List.of()), present);
        return facts;
    }

    public void addImage(ImageFacts facts, ImageOs os, boolean present) {
        images.put(ImageReference.parse(facts.reference()).full(), new Image(facts, os, present));
    }

    /** Every pull of it fails like this. */
    public void failImage(String reference, Kind kind) {
        badImages.put(
                ImageReference.parse(reference).full(),
                new ContainerException(kind, "image " + reference + " cannot be had: " + kind));
    }

    /** All calls fail, and nothing happens, until it is up again; watchers are told. Containers run on. */
    public void down() {
        down = true;
        List.copyOf(watchers).forEach(watcher -> watcher.listener().lost("the engine is down"));
    }

    public void up() {
        down = false;
        List.copyOf(watchers).forEach(watcher -> watcher.listener().connected());
    }

    /** The next call of this method does nothing and fails. Faults wait in line, one per call. */
    public void failNext(String call, Kind kind) {
        faults.add(new Fault(call, false, new ContainerException(kind, call + " fails because the test says so")));
    }

    /** The next call of this method does its work, and the caller hears of a broken connection. */
    public void loseReplyOfNext(String call) {
        faults.add(new Fault(
                call, true, new ContainerException(Kind.ENGINE_UNAVAILABLE, "the reply of " + call + " was lost")));
    }

    /** The container's process ends by itself. */
    public void exit(String container, int code) {
        end(box(container), OptionalInt.of(code), false);
    }

    /** It ended while nobody looked, and the engine cannot tell how. */
    public void exitWithoutEvidence(String container) {
        end(box(container), OptionalInt.empty(), false);
    }

    public void killForMemory(String container) {
        Box box = box(container);
        tell(box, ContainerEvent.Type.OUT_OF_MEMORY, OptionalInt.empty());
        end(box, OptionalInt.of(137), true);
    }

    /** Stop and remove of it fail with UNKILLABLE until {@link #exit}. */
    public void makeUnkillable(String container) {
        box(container).unkillable = true;
    }

    /** A container with labels of this cluster and host that no caller created here, running. */
    public String ghost(String clusterId, String hostId, String podId, int incarnation) {
        Map<String, String> labels = new ContainerLabels(clusterId, hostId).own();
        labels.put(ContainerLabels.POD, podId);
        labels.put(ContainerLabels.INCARNATION, Integer.toString(incarnation));
        labels.put(ContainerLabels.SPEC, "unknown");
        Box box = add(ContainerPlan.nameOf(podId, incarnation), labels, List.of());
        start(box);
        return box.id;
    }

    /** Outside its mounts, in all. */
    public void wrote(String container, long bytes) {
        box(container).writtenBytes = bytes;
    }

    /** Somebody else's container that bears this name. */
    public void stranger(String name) {
        start(add(name, Map.of(), List.of()));
    }

    /** Whether a container of this name exists and runs, whoever's it is. */
    public boolean running(String name) {
        Box box = boxes.get(name);
        return box != null && box.status == Status.RUNNING;
    }

    /** The container's process writes a line. */
    public void print(String container, LogLine.Stream stream, String text) {
        print(box(container), stream, text);
    }

    // What the runtimes call.

    <T> T call(String call, String what, Function<InMemoryEngine, T> action) {
        calls.add(what.isEmpty() ? call : call + " " + what);
        if (down) {
            throw new ContainerException(Kind.ENGINE_UNAVAILABLE, "no container engine answers: " + call + " " + what);
        }
        Fault fault = faults.peek();
        if (fault == null || !fault.call().equals(call)) {
            return action.apply(this);
        }
        faults.remove();
        if (fault.afterwards()) {
            T lost = action.apply(this);
            calls.add("reply lost: " + lost);
        }
        throw fault.failure();
    }

    EngineFacts facts() {
        return new EngineFacts(
                "in-memory",
                "1.41",
                "1.41",
                2,
                "cgroupfs",
                "overlay2",
                true,
                false,
                "runc",
                new TreeSet<>(List.of("runc")),
                false,
                List.of(),
                List.of(),
                false,
                64,
                512L << 30,
                "x86_64",
                "Debian GNU/Linux 12 (bookworm)",
                "6.1",
                "/var/lib/docker",
                Optional.of("/usr/bin/docker-init"),
                Optional.of(Instant.EPOCH),
                "boot",
                List.of());
    }

    ImageFacts image(ImageReference reference, String asked, PullProgress progress) {
        Image image = images.get(reference.full());
        ContainerException bad = badImages.get(reference.full());
        if (bad != null) {
            throw bad;
        }
        if (image == null) {
            throw new ContainerException(Kind.INVALID_IMAGE, "image " + asked + " does not exist in its registry");
        }
        if (!image.present()) {
            progress.at(0);
            progress.at(100);
            images.put(reference.full(), new Image(image.facts(), image.os(), true));
        }
        return image.facts();
    }

    List<String> references(int limit) {
        return images.values().stream()
                .filter(Image::present)
                .map(image -> image.facts().reference())
                .sorted()
                .limit(limit)
                .toList();
    }

    ImageOs osOf(ImageFacts facts) {
        return images.values().stream()
                .filter(image -> image.facts().id().equals(facts.id()))
                .map(Image::os)
                .findFirst()
                .orElseThrow(() -> noImage(facts));
    }

    private static ContainerException noImage(ImageFacts facts) {
        return new ContainerException(Kind.CONTAINER_CREATE_ERROR, "there is no image " + facts.reference());
    }

    /** A tar of nothing, which is its end alone. */
    InputStream archive(ImageFacts facts) {
        if (images.values().stream().noneMatch(image -> image.facts().id().equals(facts.id()))) {
            throw noImage(facts);
        }
        return new ByteArrayInputStream(new byte[1_024]);
    }

    Box add(ContainerPlan plan, Map<String, String> labels) {
        List<String> words = plan.command().isEmpty() ? plan.image().command() : plan.command();
        Box box = add(plan.name(), labels, words);
        box.image = Optional.of(plan.image());
        return box;
    }

    private Box add(String name, Map<String, String> labels, List<String> words) {
        made++;
        Box box = new Box("%064x".formatted(made), name, labels, List.copyOf(words));
        boxes.put(name, box);
        return box;
    }

    void start(Box box) {
        box.status = Status.RUNNING;
        box.pid = 1000 + made;
        box.startedAt = Optional.of(clock.instant());
        tell(box, ContainerEvent.Type.STARTED, OptionalInt.empty());
        for (int i = 0; i + 1 < box.words.size(); i++) {
            switch (box.words.get(i)) {
                case "say" -> print(box, LogLine.Stream.STDOUT, box.words.get(i + 1));
                case "err" -> print(box, LogLine.Stream.STDERR, box.words.get(i + 1));
                case "exit" -> end(box, OptionalInt.of(Integer.parseInt(box.words.get(i + 1))), false);
                default -> {}
            }
        }
    }

    /** Time does not pass here: a process that ignores SIGTERM is killed at once. */
    void stop(Box box, Duration grace) {
        if (box.unkillable) {
            throw new ContainerException(Kind.UNKILLABLE, "container " + box.name + " could not be killed");
        }
        int trap = box.words.indexOf("trap");
        boolean killed = grace.isZero() || box.words.contains("ignore");
        int code = killed ? 137 : trap >= 0 ? Integer.parseInt(box.words.get(trap + 1)) : 143;
        end(box, OptionalInt.of(code), false);
    }

    void remove(Box box) {
        if (box.status == Status.RUNNING) {
            stop(box, Duration.ZERO);
        }
        boxes.remove(box.name);
    }

    private void end(Box box, OptionalInt code, boolean oomKilled) {
        if (box.status != Status.RUNNING) {
            return;
        }
        box.status = Status.EXITED;
        box.pid = 0;
        box.finishedAt = Optional.of(clock.instant());
        box.exitCode = code;
        box.oomKilled = oomKilled;
        tell(box, ContainerEvent.Type.DIED, code);
        List<LogSink> followers = List.copyOf(box.followers);
        box.followers.clear();
        followers.forEach(sink -> sink.end(""));
    }

    private void print(Box box, LogLine.Stream stream, String text) {
        LogLine line = InMemoryRuntime.line(clock.instant(), stream, text);
        box.log.add(line);
        List.copyOf(box.followers).forEach(sink -> sink.line(line));
    }

    private void tell(Box box, ContainerEvent.Type type, OptionalInt code) {
        if (down) {
            return;
        }
        for (Watcher watcher : List.copyOf(watchers)) {
            watcher.labels()
                    .read(box.name, box.labels)
                    .ifPresent(mark -> watcher.listener()
                            .event(new ContainerEvent(
                                    type, box.id, mark.podId(), mark.incarnation(), clock.instant(), code)));
        }
    }

    private Box box(String container) {
        Box box = boxes.get(container);
        if (box == null) {
            throw new IllegalArgumentException("the test names a container that is not there: " + container);
        }
        return box;
    }
}
