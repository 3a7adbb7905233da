package dev.berth.agent.loop;

import dev.berth.agent.core.AgentEffect;
import dev.berth.agent.core.AgentEngine;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.store.AssignmentStore;
import dev.berth.agent.store.HostIdentity;
import dev.berth.agent.store.LeaseStore;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the engine on a thread of its own: takes events, steps, and does what the engine says in its order, so that what
 * is to be saved is on disk before anything is done about it. A disk that refuses stops the host's work, not its pods.
 */
public final class AgentLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgentLoop.class);
    private static final long SAVE_RETRY_MILLIS = 1_000;
    private static final long JOIN_MILLIS = 2_000;
    /** A timer stands still while the machine sleeps, so the boot-time clock is looked at this often. */
    private static final long LOOK_MILLIS = 1_000;
    /** Saves that fail between two stops of what the lease does not cover any more. */
    private static final int SAVES_BETWEEN_STOPS = 10;

    private final AgentEngine engine;
    private final AssignmentStore store;
    private final HostIdentity identity;
    private final LeaseStore leases;
    private final PodSteps steps;
    private final CopySteps copies;
    private final RunningPods watchers;
    private final ReportSink controller;
    private final InstantSource clock;
    private final BootClock bootClock;
    private final Mailbox mailbox;
    private final Thread thread = new Thread(this::run, "agent-loop");

    private final CountDownLatch mayDial = new CountDownLatch(1);

    private volatile boolean closed;

    public AgentLoop(
            AgentEngine engine,
            Mailbox mailbox,
            AssignmentStore store,
            HostIdentity identity,
            LeaseStore leases,
            PodSteps steps,
            CopySteps copies,
            RunningPods watchers,
            ReportSink controller,
            InstantSource clock,
            BootClock bootClock) {
        this.engine = engine;
        this.mailbox = mailbox;
        this.store = store;
        this.identity = identity;
        this.leases = leases;
        this.steps = steps;
        this.copies = copies;
        this.watchers = watchers;
        this.controller = controller;
        this.clock = clock;
        this.bootClock = bootClock;
    }

    public void start() {
        thread.start();
    }

    /** Waits until nothing is left of what ran on a lease that ended while this agent was away, if it does end. */
    public void awaitFence(Duration limit) throws InterruptedException {
        if (!mayDial.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("elastic pods without a lease may still run after {} s; dials all the same", limit.toSeconds());
        }
    }

    /** Containers live on; what was under way is found again at the next start. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            AgentEvent event = new AgentEvent.Tick();
            while (!closed) {
                step(event);
                AgentEvent next = mailbox.next(waitMillis());
                event = next == null ? new AgentEvent.Tick() : next;
            }
        } catch (InterruptedException e) {
            log.debug("the loop was told to end");
        } catch (RuntimeException | Error e) {
            // Nothing is known about the state any more; a new process rebuilds it from disk and labels.
            log.error("the agent cannot go on and ends; its pods run on. Start it again and report this", e);
            Runtime.getRuntime().halt(70);
        }
    }

    private long waitMillis() {
        long wait = engine.nextWakeMillis() - clock.millis();
        if (engine.watchesLease()) {
            wait = Math.min(wait, (long) (LOOK_MILLIS * engine.timeScale()));
        }
        return Math.max(1, wait);
    }

    private void step(AgentEvent event) throws InterruptedException {
        List<AgentEffect> effects = engine.step(event, clock.millis(), bootClock.bootMillis());
        for (AgentEffect effect : effects) {
            carryOut(effect);
        }
        publish();
    }

    private void carryOut(AgentEffect effect) throws InterruptedException {
        switch (effect) {
            case AgentEffect.SaveState save -> {
                untilSaved("assignments", () -> store.save(save.state()));
                mailbox.saved(save.state().revision());
            }
            case AgentEffect.SaveMembership save -> {
                untilSaved("identity", () -> identity.save(save.membership()));
                mailbox.saved(save.membership());
                steps.join(save.membership().clusterId());
                log.info(
                        "member of cluster {}, term {}",
                        save.membership().clusterId(),
                        save.membership().highestTerm());
            }
            case AgentEffect.SaveLease save -> save(save.lease());
            case AgentEffect.StartStep step -> steps.start(step);
            case AgentEffect.StartCopyStep step -> copies.start(step);
            case AgentEffect.CancelFetch cancel -> copies.cancelFetch(cancel.key());
            case AgentEffect.SetGrants grants -> copies.grant(grants);
            case AgentEffect.CancelStep cancel -> steps.cancelStep(cancel.key());
            case AgentEffect.Forget gone -> steps.forget(gone.key());
            case AgentEffect.ListContainers list -> steps.listContainers(list.token());
            case AgentEffect.ListVolumes list -> steps.listVolumes(list.token());
            case AgentEffect.SendReport report -> controller.send(report);
            case AgentEffect.EndSession end -> {
                log.warn("ends the session: {}", end.reason());
                controller.end(end);
            }
        }
    }

    /** Never waited for: what is not saved does not count, and the lease before it goes on to its own end. */
    private void save(Lease lease) {
        try {
            leases.save(lease);
        } catch (ClosedByInterruptException e) {
            log.debug("the loop was told to end while it saved a lease");
            return;
        } catch (IOException e) {
            log.error(
                    "the lease cannot be saved ({}); it does not count, elastic pods end with the last one",
                    e.toString());
            return;
        }
        mailbox.saved(lease);
        mailbox.offer(new AgentEvent.LeaseSaved(lease));
    }

    private interface Save {
        void run() throws IOException;
    }

    /**
     * Nothing may be done about what is not saved, so nothing else happens until it is; but for the end of a lease,
     * which waits for no disk. Heartbeats go on.
     */
    private void untilSaved(String what, Save save) throws InterruptedException {
        for (int failures = 0; ; failures++) {
            try {
                save.run();
                return;
            } catch (IOException e) {
                log.error(
                        "the {} cannot be saved ({}); nothing is started or stopped until they can",
                        what,
                        e.toString());
                if (failures % SAVES_BETWEEN_STOPS == 0) {
                    engine.overdueStops(bootClock.bootMillis()).forEach(steps::start);
                }
                TimeUnit.MILLISECONDS.sleep(SAVE_RETRY_MILLIS);
            }
        }
    }

    private void publish() {
        Map<String, String> seen = new TreeMap<>();
        for (ObservedPod pod : engine.observed()) {
            if (!pod.containerId().isEmpty()) {
                seen.put(pod.key().podId(), pod.containerId());
            }
        }
        mailbox.seen(seen);
        watchers.running(engine.running());
        if (engine.mayDial()) {
            mayDial.countDown();
        }
    }
}
