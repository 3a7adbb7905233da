package dev.berth.controller.loop;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Decision;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.engine.Engine;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Timings;
import dev.berth.controller.store.Recovered;
import dev.berth.controller.store.Store;
import dev.berth.controller.store.StoreFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes anything: takes what waits, lets the engine decide, commits all of it at once, then sends
 * replies and effects. Queries run on it between commits and so see what is durable and nothing else.
 */
public final class ControllerLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerLoop.class);
    private static final long TICK_MILLIS = 1_000;
    private static final long LEAST_TICK_MILLIS = 10;

    /** How long changes are refused after a full disk made the loop go back to what is durable. */
    private static final long FULL_PAUSE_MILLIS = 1_000;

    private final Store store;
    private final SteadyClock clock;
    private final LoopConfig config;
    private final Consumer<Throwable> onFatal;
    private final Dispatcher dispatcher = new Dispatcher();
    private final PodFeed feed;
    private final BlockingQueue<Task> inbox;
    /** Reports that wait for room on the disk. */
    private final List<Task> parked = new ArrayList<>();

    private final SnapshotWriter snapshots;
    private final StoreProof proof;
    private final long tickMillis;
    private final Thread thread;
    private Engine engine;
    private Set<HostLiveness.Brake> toldBrakes = Set.of();
    private long nextTickMillis;
    private long fullUntilMillis;
    private volatile boolean stopping;

    private sealed interface Task {
        void refuse(LoopRefusal why);
    }

    private record Submission(Event event, CompletableFuture<Reply> reply) implements Task {
        @Override
        public void refuse(LoopRefusal why) {
            reply.completeExceptionally(why);
        }
    }

    private record Query<T>(Function<Reader, T> question, CompletableFuture<T> answer) implements Task {
        @Override
        public void refuse(LoopRefusal why) {
            answer.completeExceptionally(why);
        }

        void run(Reader reader) {
            try {
                answer.complete(question.apply(reader));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }

    /**
     * Recovers from the store, begins a new term and starts the thread.
     *
     * @param clock is brought to no earlier than the latest record; events must bear its time
     * @param newClusterId name of the cluster, used at the very first start only
     * @param onFatal called when the loop can no longer vouch for its state; the process must end
     */
    public ControllerLoop(
            Store store, SteadyClock clock, LoopConfig config, String newClusterId, Consumer<Throwable> onFatal)
            throws StoreFullException {
        this.store = store;
        this.clock = clock;
        this.config = config;
        this.onFatal = onFatal;
        this.inbox = new ArrayBlockingQueue<>(config.maxWaiting());
        this.snapshots = new SnapshotWriter(store, config.snapshotEveryRecords(), onFatal);
        Recovered recovered = store.recover();
        ClusterState state = recovered.replay();
        // After a start under a clock that was set far ahead, an older time would make all that is kept look forgotten.
        clock.notBefore(state.latestMillis());
        this.engine =
                new Engine(state, config.timings(), clock.millis(), config.maxQueuedPods(), config.retentionMillis());
        long firstVersion = engine.cluster().version() + 1;
        long beginMillis = clock.millis();
        store.append(firstVersion, engine.begin(newClusterId, beginMillis).records());
        this.proof = new StoreProof(store, config.timings(), beginMillis);
        this.tickMillis = Math.max(
                LEAST_TICK_MILLIS, Math.round(TICK_MILLIS * config.timings().scale()));
        this.feed = new PodFeed(config.feedCapacity(), engine.cluster().version());
        this.thread = new Thread(this::run, "controller-loop");
        thread.start();
    }

    /** Completes after the commit; exceptionally with {@link LoopRefusal}, and then nothing of it took effect. */
    public CompletableFuture<Reply> submit(Event event) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        enqueue(new Submission(event, reply));
        return reply;
    }

    /**
     * Asks on the loop's thread; only immutable values may leave it. Asked from that thread, as what follows a reply
     * is, it answers at once: a reply leaves after its commit, so all that it sees is durable too.
     */
    public <T> CompletableFuture<T> query(Function<Reader, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Query<T> query = new Query<>(question, answer);
        if (Thread.currentThread().equals(thread)) {
            query.run(reader(clock.millis()));
        } else {
            enqueue(query);
        }
        return answer;
    }

    private Reader reader(long nowMillis) {
        return new Reader(
                engine.cluster(),
                engine.liveness(),
                engine.progress(),
                engine.deadlines(),
                engine.sightings(),
                engine.outlook(),
                proof.leaseMillis(nowMillis),
                nowMillis);
    }

    public Timings timings() {
        return config.timings();
    }

    public PodFeed feed() {
        return feed;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    private void enqueue(Task task) {
        if (stopping) {
            task.refuse(stopped());
        } else if (!inbox.offer(task)) {
            task.refuse(new LoopRefusal(
                    LoopRefusal.Kind.RESOURCE_EXHAUSTED,
                    "the controller has " + config.maxWaiting() + " requests waiting; try again in a moment."));
        } else if (stopping && inbox.remove(task)) {
            task.refuse(stopped());
        }
    }

    private static LoopRefusal stopped() {
        return new LoopRefusal(LoopRefusal.Kind.UNAVAILABLE, "the controller is stopping; try again in a moment.");
    }

    private void run() {
        List<Task> tasks = new ArrayList<>(config.maxBatch());
        try {
            while (!stopping) {
                Task first = inbox.poll(Math.max(1, nextTickMillis - clock.millis()), TimeUnit.MILLISECONDS);
                if (first != null) {
                    tasks.add(first);
                    inbox.drainTo(tasks, config.maxBatch() - 1);
                }
                turn(tasks);
                tasks.clear();
            }
        } catch (InterruptedException e) {
            LOG.debug("The loop was asked to stop");
        } catch (RuntimeException | Error e) {
            stopping = true;
            tasks.forEach(task -> task.refuse(stopped()));
            onFatal.accept(e);
        }
        parked.forEach(task -> task.refuse(stopped()));
        Task left;
        while ((left = inbox.poll()) != null) {
            left.refuse(stopped());
        }
    }

    private void turn(List<Task> tasks) {
        long nowMillis = clock.millis();
        if (nowMillis >= nextTickMillis) {
            nextTickMillis = nowMillis + tickMillis;
            tasks.add(new Submission(new Event.Ticked(nowMillis), new CompletableFuture<>()));
        }
        commit(tasks, nowMillis);
        Reader reader = reader(nowMillis);
        for (Task task : tasks) {
            if (task instanceof Query<?> query) {
                query.run(reader);
            }
        }
    }

    private void commit(List<Task> tasks, long nowMillis) {
        List<Submission> submissions = new ArrayList<>(tasks.size());
        List<Decision> decisions = new ArrayList<>(tasks.size());
        List<JournalRecord> records = new ArrayList<>(tasks.size() * 2);
        long firstVersion = engine.cluster().version() + 1;
        boolean full = isFull(nowMillis);
        if (!full) {
            tasks.addAll(0, parked);
            parked.clear();
        }
        for (Task task : tasks) {
            if (task instanceof Submission submission) {
                if (full && needsRoom(submission.event())) {
                    putOff(submission);
                    continue;
                }
                Decision decision = engine.step(submission.event());
                submissions.add(submission);
                decisions.add(decision);
                records.addAll(decision.records());
            }
        }
        try {
            if (records.isEmpty()) {
                proof.renew(nowMillis);
            } else {
                store.append(firstVersion, records);
                proof.committed(nowMillis);
            }
        } catch (StoreFullException e) {
            goBack(e, nowMillis);
            submissions.forEach(this::putOff);
            return;
        }
        deliver(submissions, decisions, !records.isEmpty());
        snapshots.offer(engine.state(), records.size());
        tellWarnings();
    }

    /** Once when it begins, for a brake may hold for long. */
    private void tellWarnings() {
        Set<HostLiveness.Brake> brakes = engine.liveness().brakes();
        if (!brakes.equals(toldBrakes)) {
            toldBrakes = brakes;
            if (brakes.isEmpty()) {
                LOG.info("Nothing holds replacements of pods back any more");
            } else {
                engine.liveness().warnings().forEach(warning -> LOG.warn("Replacements are held back: {}", warning));
            }
        }
    }

    private void deliver(List<Submission> submissions, List<Decision> decisions, boolean changed) {
        List<Pod> changes = new ArrayList<>();
        decisions.forEach(decision -> changes.addAll(decision.changes()));
        // At once: a watcher that sees the batch's last version must have been given all of the batch.
        feed.append(changes, engine.cluster().version());
        for (int i = 0; i < decisions.size(); i++) {
            Decision decision = decisions.get(i);
            decision.effects().forEach(dispatcher::deliver);
            submissions.get(i).reply().complete(decision.reply());
        }
        if (changed) {
            feed.tell();
        }
    }

    /** Nothing of the batch is durable: forget it by making the state anew from what is. */
    private void goBack(StoreFullException why, long nowMillis) {
        LOG.error("The disk of the journal is full: changes are refused until there is room", why);
        fullUntilMillis = nowMillis + FULL_PAUSE_MILLIS;
        engine = engine.goneBack(store.recover().replay(), nowMillis);
        HostLiveness liveness = engine.liveness();
        dispatcher.endOthers(
                (hostId, epoch) -> {
                    HostLiveness.Session session = liveness.session(hostId);
                    return session != null && session.epoch() == epoch;
                },
                "the controller's disk is full; dial again");
    }

    /** While it is full, the store is asked now and then, so that not each try costs a replay. */
    private boolean isFull(long nowMillis) {
        if (fullUntilMillis == 0 || nowMillis < fullUntilMillis) {
            return fullUntilMillis != 0;
        }
        try {
            store.prove();
            proof.committed(nowMillis);
            fullUntilMillis = 0;
            return false;
        } catch (StoreFullException e) {
            fullUntilMillis = nowMillis + FULL_PAUSE_MILLIS;
            return true;
        }
    }

    /** Heartbeats and ends of sessions are soft: they go on, so that no lease runs out for want of disk. */
    private static boolean needsRoom(Event event) {
        return !(event instanceof Event.HostHeard || event instanceof Event.SessionClosed);
    }

    /** A report waits, at most one of each session: refused, it would cost the session and with it the lease. */
    private void putOff(Submission submission) {
        if (!needsRoom(submission.event())) {
            submission.reply().complete(engine.step(submission.event()).reply());
        } else if (submission.event() instanceof Event.HostReported) {
            parked.add(submission);
        } else {
            submission.refuse(diskFull());
        }
    }

    private static LoopRefusal diskFull() {
        return new LoopRefusal(
                LoopRefusal.Kind.RESOURCE_EXHAUSTED,
                "the disk of the controller's journal is full; nothing was changed. Free space there and try again.");
    }

    /** Stops the thread after the batch in hand; what waits is refused. The store stays open. */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        snapshots.close();
    }
}
