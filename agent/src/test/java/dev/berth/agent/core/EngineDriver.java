package dev.berth.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.EndSession;
import dev.berth.agent.core.AgentEffect.ListContainers;
import dev.berth.agent.core.AgentEffect.ListVolumes;
import dev.berth.agent.core.AgentEffect.SaveLease;
import dev.berth.agent.core.AgentEffect.SaveMembership;
import dev.berth.agent.core.AgentEffect.SaveState;
import dev.berth.agent.core.AgentEffect.SendReport;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plays controller, engine and disk for one {@link AgentEngine}, by hand: a test says what happens next. */
final class EngineDriver {
    static final String CLUSTER = "cluster1";

    long nowMillis = 1_000_000;
    /** Runs with the other, and on while the machine sleeps. */
    long bootMillis = 50_000;

    String bootId = "boot-1";
    SavedState disk = SavedState.empty("boot-1");
    Lease lease = Lease.none("boot-1");
    /** False: leases cannot be saved. */
    boolean savesLeases = true;

    Membership membership = new Membership("host000000000001", "", 0);
    /** Whether the host's GPUs are real; counts from the next start on. */
    boolean testsUnits;

    AgentEngine engine = new AgentEngine(disk, lease, membership, bootId);
    List<AgentEffect> effects = List.of();
    long epoch;

    /** An agent that has listed its containers, has a session and took the set. */
    static EngineDriver ready(long revision, Assignment... assignments) {
        EngineDriver driver = new EngineDriver();
        driver.tick();
        driver.list();
        driver.open(1);
        driver.full(revision, assignments);
        return driver;
    }

    static Assignment assign(String podId, int incarnation, Goal goal, String... units) {
        ContainerSpec spec = new ContainerSpec("debian", List.of(), List.of(), "", new TreeMap<>(), false);
        return new Assignment(podId, incarnation, goal, "tenant", spec, List.of(units), 100, 1024, 20, 10_000);
    }

    static Assignment elastic(String podId, int incarnation, Goal goal, String... units) {
        Assignment pinned = assign(podId, incarnation, goal, units);
        return new Assignment(
                podId, incarnation, goal, "tenant", pinned.container(), List.of(units), 100, 1024, 20, 10_000, true);
    }

    static PodKey key(String podId, int incarnation) {
        return new PodKey(podId, incarnation);
    }

    static FoundContainer container(PodKey key, ContainerStatus status, String... units) {
        Exit exit = status == ContainerStatus.EXITED ? new Exit(0, false, false) : null;
        return new FoundContainer(key, "id-" + key, status, List.of(units), exit);
    }

    static StepOutcome done(@Nullable FoundContainer container) {
        return new StepOutcome.Done(container);
    }

    static StepOutcome refused(FailureReason reason) {
        return new StepOutcome.Refused(new Failure(reason, "refused: " + reason));
    }

    List<AgentEffect> event(AgentEvent event) {
        nowMillis++;
        bootMillis++;
        effects = engine.step(event, nowMillis, bootMillis);
        Lease fresh = null;
        boolean acted = false;
        for (AgentEffect effect : effects) {
            switch (effect) {
                case SaveState save -> {
                    assertThat(acted).as("saved before anything else is done").isFalse();
                    disk = save.state();
                }
                case SaveMembership save -> {
                    assertThat(acted).as("saved before anything else is done").isFalse();
                    membership = save.membership();
                }
                case SaveLease save -> fresh = save.lease();
                case StartStep step -> acted = true;
                case AgentEffect.CancelStep cancel -> acted = true;
                case AgentEffect.StartCopyStep step -> acted = true;
                case AgentEffect.CancelFetch cancel -> acted = true;
                case AgentEffect.SetGrants grants -> acted = true;
                case AgentEffect.Forget gone -> acted = true;
                case ListContainers list -> acted = true;
                case ListVolumes list -> acted = true;
                case SendReport report -> acted = true;
                case EndSession end -> acted = true;
            }
        }
        if (fresh != null && savesLeases) {
            lease = fresh;
            List<AgentEffect> before = effects;
            event(new AgentEvent.LeaseSaved(fresh));
            List<AgentEffect> both = new ArrayList<>(before);
            both.addAll(effects);
            effects = both;
        }
        return effects;
    }

    void tick() {
        event(new AgentEvent.Tick());
    }

    /** Until the engine wants to be called again by itself. */
    long wakesAfterMillis() {
        return engine.nextWakeMillis() - nowMillis;
    }

    void later(long millis) {
        nowMillis += millis;
        bootMillis += millis;
        tick();
    }

    /** The machine sleeps, or the whole process is stopped: one clock stands still, nothing happens. */
    void sleep(long millis) {
        bootMillis += millis;
    }

    /** A heartbeat that was sent so long ago is acknowledged now. */
    void granted(long agoMillis, long leaseMillis) {
        event(new AgentEvent.LeaseGranted(epoch, 1, bootMillis - agoMillis, leaseMillis));
    }

    /** The process is killed and started again; what was not saved is lost. */
    void restart() {
        engine = new AgentEngine(disk, lease, membership, bootId, testsUnits);
        tick();
    }

    /** Of a host without volumes. */
    void list(FoundContainer... containers) {
        list(List.of(containers), List.of(), List.of());
    }

    /** Answers what was asked for last, containers first. */
    void list(List<FoundContainer> containers, List<PodKey> mounted, List<FoundCopy> copies) {
        List<AgentEffect> asked = effects;
        assertThat(asked)
                .as("a listing was asked for")
                .anyMatch(effect -> effect instanceof ListContainers || effect instanceof ListVolumes);
        List<AgentEffect> all = new ArrayList<>();
        for (AgentEffect effect : asked) {
            if (effect instanceof ListContainers list) {
                all.addAll(event(new AgentEvent.ContainersListed(list.token(), containers)));
            } else if (effect instanceof ListVolumes list) {
                all.addAll(event(new AgentEvent.VolumesListed(list.token(), mounted, copies)));
            }
        }
        effects = all;
    }

    void open(long term) {
        event(new AgentEvent.SessionOpened(CLUSTER, term, ++epoch));
    }

    void full(long revision, Assignment... assignments) {
        event(new AgentEvent.DesiredReceived(epoch, revision, true, 0, List.of(assignments), List.of()));
    }

    void delta(long base, long revision, Assignment... assignments) {
        event(new AgentEvent.DesiredReceived(epoch, revision, false, base, List.of(assignments), List.of()));
    }

    void withdraw(long base, long revision, String podId) {
        event(new AgentEvent.DesiredReceived(epoch, revision, false, base, List.of(), List.of(podId)));
    }

    void ack(long sequence) {
        event(new AgentEvent.ReportAcked(epoch, sequence));
    }

    void finish(PodKey key, PodStep step, StepOutcome outcome) {
        event(new AgentEvent.StepFinished(key, step, outcome));
    }

    /** Pull, create and start, all going well. */
    void launch(PodKey key, String... units) {
        finish(key, PodStep.PULL, done(null));
        finish(key, PodStep.CREATE, done(container(key, ContainerStatus.CREATED, units)));
        finish(key, PodStep.START, done(container(key, ContainerStatus.RUNNING, units)));
    }

    List<String> steps() {
        List<String> steps = new ArrayList<>();
        for (AgentEffect effect : effects) {
            if (effect instanceof StartStep step) {
                steps.add(step.step() + " " + step.key());
            }
        }
        return steps;
    }

    /** Of the stop that was just begun; -1 when there was none. */
    long stopGraceMillis(String podId) {
        for (AgentEffect effect : effects) {
            if (effect instanceof StartStep step
                    && step.step() == PodStep.STOP
                    && step.key().podId().equals(podId)
                    && step.assignment() != null) {
                return step.assignment().graceMillis();
            }
        }
        return -1;
    }

    @Nullable
    SendReport report() {
        for (AgentEffect effect : effects) {
            if (effect instanceof SendReport report) {
                return report;
            }
        }
        return null;
    }

    @Nullable
    String sessionEnd() {
        for (AgentEffect effect : effects) {
            if (effect instanceof EndSession end) {
                return end.reason();
            }
        }
        return null;
    }

    ObservedPod pod(String podId, int incarnation) {
        return engine.observed().stream()
                .filter(pod -> pod.key().equals(key(podId, incarnation)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(podId + " is not known; known: " + engine.observed()));
    }
}
