package dev.berth.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One agent among faults, by seed: killed between any two effects, rebooted, its file lost, an engine that lies, a
 * controller that gives units twice, leases that end and a machine that sleeps. {@link World} checks after every change;
 * then the faults end and all must settle.
 */
class AgentSeedsTest {
    private static final int SEEDS = 1_500;
    private static final int EVENTS = 400;

    @Test
    void noSeedGivesAUnitTwiceStartsAPodTwiceOrFailsToSettle() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Run run = new Run(seed);
            try {
                run.faulty();
                run.quiet();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " after:\n" + run.tail(), e);
            }
        }
    }

    @Test
    void oneSeedRunTwiceLeavesOneTrace() {
        Run first = new Run(42);
        first.faulty();
        first.quiet();
        Run second = new Run(42);
        second.faulty();
        second.quiet();
        assertThat(first.trace.size()).isGreaterThan(EVENTS);
        for (int i = 0; i < first.trace.size(); i++) {
            assertThat(second.trace.get(i)).isEqualTo(first.trace.get(i));
        }
    }

    private static final class Run {
        private final RandomGenerator random;
        private final World world;
        private final Map<String, Assignment> wanted = new TreeMap<>();
        private final Map<PodKey, StartStep> inFlight = new TreeMap<>();
        private final List<AgentEvent> inbox = new ArrayList<>();
        private final List<String> trace = new ArrayList<>();

        private SavedState disk = SavedState.empty("boot0");
        private Membership membership = new Membership("host000000000001", "", 0);
        private String bootId = "boot0";
        private Lease lease = Lease.none("boot0");
        /** Every other host has real GPUs. */
        private final boolean testsUnits;

        private AgentEngine engine;
        private long nowMillis = 1_000;
        private long sleptMillis;
        private long epoch;
        private long revision = 1;
        private int pods;
        private int boots;
        private boolean forgot;

        Run(long seed) {
            random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            world = new World(random);
            testsUnits = seed % 2 == 1;
            engine = new AgentEngine(disk, lease, membership, bootId, testsUnits);
        }

        String tail() {
            return trace.subList(Math.max(0, trace.size() - 20), trace.size()).stream()
                    .map(line -> line.substring(0, Math.min(400, line.length())))
                    .collect(Collectors.joining("\n"));
        }

        void faulty() {
            step(new AgentEvent.Tick());
            for (int i = 0; i < EVENTS; i++) {
                nowMillis += random.nextInt(1_500);
                move();
            }
        }

        private void move() {
            if (engine.sessionEpoch() == 0 && random.nextInt(4) == 0) {
                openSession();
            }
            switch (random.nextInt(26)) {
                case 0, 1, 2 -> change();
                case 3 -> openSession();
                case 4 -> world.endOneByItself();
                case 5 -> world.doLate();
                case 6 -> step(new AgentEvent.ContainerDied(anyKey()));
                case 7 -> restart(random.nextInt(12) == 0);
                case 8 -> {
                    if (random.nextInt(10) == 0) {
                        reboot();
                    }
                }
                case 9, 10, 11 -> step(new AgentEvent.Tick());
                case 12 -> sendFull();
                case 13 -> grant();
                case 14 -> sleptMillis += random.nextInt(8) == 0 ? random.nextInt(90_000) : 0;
                default -> deliver();
            }
        }

        private long bootMillis() {
            return nowMillis + sleptMillis;
        }

        /** A heartbeat is acknowledged, now and then late, by a controller that may be an older one. */
        private void grant() {
            long sent = Math.max(0, bootMillis() - random.nextInt(20_000));
            step(new AgentEvent.LeaseGranted(epoch, random.nextInt(8) == 0 ? 0 : 1, sent, 60_000));
        }

        private Assignment wish(String pod, int incarnation, String... units) {
            return pod.hashCode() % 2 == 0
                    ? EngineDriver.elastic(pod, incarnation, Goal.RUN, units)
                    : EngineDriver.assign(pod, incarnation, Goal.RUN, units);
        }

        /** The controller changes its mind; now and then it gives a unit that is in use. */
        private void change() {
            if (wanted.size() < 5 && random.nextBoolean()) {
                String pod = "p" + ++pods;
                wanted.put(pod, wish(pod, 1, "g" + random.nextInt(4), "h" + random.nextInt(4)));
            } else if (!wanted.isEmpty()) {
                Assignment old = new ArrayList<>(wanted.values()).get(random.nextInt(wanted.size()));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        if (old.goal() == Goal.RUN) {
                            wanted.put(old.podId(), old.withGoal(Goal.STOP));
                        }
                    }
                    case 2, 3 -> wanted.put(old.podId(), old.withGoal(Goal.REMOVE));
                    default ->
                        wanted.put(old.podId(), wish(old.podId(), old.incarnation() + 1, "g" + random.nextInt(4)));
                }
            }
            revision++;
            sendFull();
        }

        private void openSession() {
            step(new AgentEvent.SessionOpened("cluster1", 1, ++epoch));
            sendFull();
        }

        private void sendFull() {
            // Now and then a set forgets a pod, as from a controller that lost its state.
            List<Assignment> set = new ArrayList<>(wanted.values());
            boolean forgets = world.faults && !forgot && !set.isEmpty() && random.nextInt(30) == 0;
            if (forgets) {
                set.remove(random.nextInt(set.size()));
            }
            forgot = engine.sessionEpoch() == epoch ? forgets : forgot;
            step(new AgentEvent.DesiredReceived(epoch, revision, true, 0, set, List.of()));
        }

        private PodKey anyKey() {
            List<PodKey> keys = new ArrayList<>(world.boxes.keySet());
            return keys.isEmpty() ? new PodKey("nobody", 1) : keys.get(random.nextInt(keys.size()));
        }

        private void deliver() {
            int choice = random.nextInt(inFlight.size() + inbox.size() + 1);
            if (choice < inFlight.size()) {
                StartStep step = new ArrayList<>(inFlight.values()).get(choice);
                inFlight.remove(step.key());
                step(new AgentEvent.StepFinished(step.key(), step.step(), world.answer(step)));
            } else if (choice < inFlight.size() + inbox.size()) {
                step(inbox.remove(choice - inFlight.size()));
            }
        }

        private void restart(boolean fileLost) {
            inFlight.values().forEach(world::orphan);
            inFlight.clear();
            inbox.clear();
            if (fileLost) {
                disk = SavedState.empty(bootId);
            }
            trace.add(nowMillis + " restart " + fileLost);
            engine = new AgentEngine(disk, lease, membership, bootId, testsUnits);
            step(new AgentEvent.Tick());
        }

        private void reboot() {
            bootId = "boot" + ++boots;
            sleptMillis = -nowMillis;
            inFlight.clear();
            world.reboot();
            restart(false);
        }

        private void step(AgentEvent event) {
            List<AgentEffect> effects = engine.step(event, nowMillis, bootMillis());
            trace.add(nowMillis + " " + event + " -> " + effects);
            int killedAfter = world.faults && random.nextInt(60) == 0 ? random.nextInt(effects.size() + 1) : -1;
            for (int i = 0; i < effects.size(); i++) {
                if (i == killedAfter) {
                    restart(false);
                    return;
                }
                carryOut(effects.get(i));
            }
        }

        private void carryOut(AgentEffect effect) {
            switch (effect) {
                case AgentEffect.SaveState save -> disk = save.state();
                case AgentEffect.SaveMembership save -> membership = save.membership();
                case AgentEffect.SaveLease save -> {
                    lease = save.lease();
                    inbox.add(new AgentEvent.LeaseSaved(lease));
                }
                case StartStep step -> {
                    if (step.step() == PodStep.START
                            && step.assignment() != null
                            && step.assignment().elastic()) {
                        assertThat(lease.holds(bootId, bootMillis()))
                                .as("a saved lease covers the start of %s", step.key())
                                .isTrue();
                    }
                    assertThat(inFlight.put(step.key(), step))
                            .as("one step at a time")
                            .isNull();
                }
                case AgentEffect.CancelStep cancel -> {}
                case AgentEffect.Forget gone ->
                    assertThat(inFlight).as("steps under way").doesNotContainKey(gone.key());
                case AgentEffect.StartCopyStep step -> {}
                case AgentEffect.CancelFetch cancel -> {}
                case AgentEffect.SetGrants grants -> {}
                case AgentEffect.ListContainers list ->
                    inbox.add(
                            world.faults && random.nextInt(8) == 0
                                    ? new AgentEvent.ListingFailed(list.token(), "away")
                                    : new AgentEvent.ContainersListed(list.token(), world.list()));
                case AgentEffect.ListVolumes list ->
                    inbox.add(
                            world.faults && random.nextInt(8) == 0
                                    ? new AgentEvent.ListingFailed(list.token(), "no disk")
                                    : new AgentEvent.VolumesListed(list.token(), List.of(), List.of()));
                case AgentEffect.SendReport report ->
                    inbox.add(new AgentEvent.ReportAcked(report.epoch(), report.sequence()));
                case AgentEffect.EndSession end -> epoch += end.epoch() == epoch ? 1 : 0;
            }
        }

        /** Faults are over: two minutes later the host is as the controller wants it. */
        void quiet() {
            world.faults = false;
            boolean leased = random.nextBoolean();
            revision++;
            sendFull();
            for (int i = 0; i < 60; i++) {
                nowMillis += 5_000;
                world.doLate();
                if (engine.sessionEpoch() == 0) {
                    openSession();
                }
                if (leased) {
                    grant();
                }
                step(new AgentEvent.Tick());
                for (int d = 0; d < 60; d++) {
                    deliver();
                }
            }
            checkLease();
            List<ObservedPod> observed = engine.observed();
            for (Assignment assignment : wanted.values()) {
                ObservedPod pod = observed.stream()
                        .filter(seen -> seen.key().equals(assignment.key()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(assignment.key() + " is not observed"));
                check(assignment, pod);
            }
            assertThat(world.boxes.keySet())
                    .as("no container of nobody is left")
                    .allSatisfy(key -> assertThat(wanted.get(key.podId()))
                            .isNotNull()
                            .satisfies(found -> assertThat(found.incarnation()).isEqualTo(key.incarnation())));
        }

        private void checkLease() {
            boolean holds = lease.holds(bootId, bootMillis());
            for (Assignment assignment : wanted.values()) {
                World.Box box = world.boxes.get(assignment.key());
                boolean runs = box != null && box.status == ContainerStatus.RUNNING;
                assertThat(runs && assignment.elastic() && !holds)
                        .as("%s runs without a lease", assignment.key())
                        .isFalse();
            }
        }

        private void check(Assignment assignment, ObservedPod pod) {
            World.Box box = world.boxes.get(assignment.key());
            switch (assignment.goal()) {
                case REMOVE -> {
                    assertThat(box).isNull();
                    assertThat(pod.phase()).isEqualTo(Phase.GONE);
                }
                case STOP -> {
                    assertThat(box == null || box.status == ContainerStatus.EXITED)
                            .isTrue();
                    assertThat(pod.phase()).isIn(Phase.ENDED, Phase.START_FAILED);
                }
                case RUN -> checkRun(pod, box);
            }
        }

        private void checkRun(ObservedPod pod, World.@Nullable Box box) {
            switch (pod.phase()) {
                case RUNNING ->
                    assertThat(box != null && box.status == ContainerStatus.RUNNING)
                            .isTrue();
                case ENDED ->
                    assertThat(box == null || box.status == ContainerStatus.EXITED)
                            .isTrue();
                case START_FAILED -> assertThat(box).isNull();
                case ACCEPTED, STARTING ->
                    assertThat(pod.message())
                            .as("only a unit in use, or a lease, keeps it waiting")
                            .containsAnyOf("waits until", "waits for a lease");
                case PULLING, STOPPING, GONE -> throw new AssertionError("has not settled: " + pod);
            }
        }
    }
}
