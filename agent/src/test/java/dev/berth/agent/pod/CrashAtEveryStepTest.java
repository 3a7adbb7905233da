package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEffect;
import dev.berth.agent.core.AgentEngine;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.SimulatedGpuProbe;
import dev.berth.agent.gpu.SimulatedTopology;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.UnitShare;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * One story of four pods on two units, told again and again; each time the agent is killed at another place, comes back
 * from what was saved and the containers that are there, and the story goes on. The real runner on the engine's double.
 */
class CrashAtEveryStepTest {
    private static final String IMAGE = "berth/test:1";
    private static final VolumeKey VA = new VolumeKey("va00000000000000", 1);
    private static final VolumeKey VB = new VolumeKey("vb00000000000000", 1);
    private static final VolumeKey STRAY = new VolumeKey("stray00000000000", 1);

    @Test
    void whereverTheAgentIsKilledTheStoryEndsTheSame() {
        int places = new Story(Integer.MAX_VALUE).tell();
        assertThat(places).isGreaterThan(60);
        for (int place = 0; place < places; place++) {
            new Story(place).tell();
        }
    }

    @Test
    void whereverTheAgentIsKilledWithItsFileLostNoUnitIsGivenTwice() {
        int places = new Story(Integer.MAX_VALUE).tell();
        for (int place = 0; place < places; place++) {
            Story story = new Story(place);
            story.losesFile = true;
            story.tell();
        }
    }

    /** The agent is gone from here on. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final class Story {
        private final InMemoryRuntime runtime = new InMemoryRuntime("host000000000001", InstantSource.system());
        private final GpuInventory gpus =
                new SimulatedGpuProbe("host000000000001", "RTX 4090", 2, 0, SimulatedTopology.NVLINK_PAIRS).probe();
        private final Queue<AgentEvent> inbox = new ArrayDeque<>();
        private final InMemoryVolumes volumes = new InMemoryVolumes(inbox::add);
        private final List<Assignment> wanted = new ArrayList<>();
        private final Map<String, String> idOfStarted = new TreeMap<>();
        private final int killAt;
        private List<VolumeOrder> orders = List.of();

        private boolean losesFile;
        private SavedState disk = SavedState.empty("boot");
        private Membership membership = new Membership("host000000000001", "cluster1", 1);
        private AgentEngine engine;
        private PodRunner runner;
        private int places;
        private long nowMillis = 1_000;
        private long epoch;
        private long revision;

        Story(int killAt) {
            this.killAt = killAt;
            runtime.faults().addImage(IMAGE, true);
            runtime.join("cluster1");
            volumes.put(STRAY, FoundCopy.Place.PRESENT, "of nobody");
            engine = engine();
            runner = runner();
        }

        /** How many places there were to be killed at. */
        int tell() {
            String u0 = gpus.gpus().get(0).uuid();
            String u1 = gpus.gpus().get(1).uuid();
            begin();
            orders = List.of(keep(VA, false), keep(VB, false));
            want(assign("a", 1, Goal.RUN, u0), assign("b", 1, Goal.RUN, u1));
            volumes.write(new PodKey("a", 1), "of a");
            check("a", Phase.RUNNING);
            check("b", Phase.RUNNING);
            want(assign("a", 1, Goal.STOP, u0), assign("b", 1, Goal.RUN, u1), assign("c", 1, Goal.RUN, u0));
            check("a", Phase.ENDED);
            assertThat(volumes.hasMounts(new PodKey("a", 1)))
                    .as("mounts of what has ended")
                    .isFalse();
            check("b", Phase.RUNNING);
            check("c", Phase.RUNNING);
            orders = List.of(keep(VA, true), goal(VB, CopyGoal.TRASH));
            want(assign("a", 2, Goal.RUN, u1), assign("b", 1, Goal.REMOVE, u1), assign("c", 1, Goal.RUN, u0));
            check("a", Phase.RUNNING);
            check("b", Phase.GONE);
            assertThat(volumes.hasMounts(new PodKey("a", 2))).isTrue();
            assertThat(volumes.content(VA)).as("what a left").isEqualTo("of a");
            assertThat(volumes.place(VB)).isEqualTo(FoundCopy.Place.TRASHED);
            orders = List.of(goal(VA, CopyGoal.TRASH), goal(VB, CopyGoal.PURGE));
            check("c", Phase.RUNNING);
            want(assign("a", 2, Goal.REMOVE, u1), assign("c", 1, Goal.REMOVE, u0), assign("d", 1, Goal.RUN, u0, u1));
            check("a", Phase.GONE);
            check("d", Phase.RUNNING);
            assertThat(runtime.list()).extracting(ContainerState::podId).containsExactly("d");
            assertThat(volumes.place(VA)).isEqualTo(FoundCopy.Place.TRASHED);
            assertThat(volumes.place(VB)).as("purged by its order").isNull();
            assertThat(volumes.place(STRAY)).as("in no order").isEqualTo(FoundCopy.Place.PRESENT);
            assertThat(volumes.list().mounted()).isEmpty();
            return places;
        }

        private void want(Assignment... assignments) {
            wanted.clear();
            wanted.addAll(List.of(assignments));
            revision++;
            offer(set());
        }

        private AgentEvent set() {
            return new AgentEvent.DesiredReceived(epoch, revision, true, 0, wanted, List.of(), orders, List.of());
        }

        private void begin() {
            offer(new AgentEvent.Tick());
            offer(new AgentEvent.SessionOpened("cluster1", 1, ++epoch));
            offer(set());
        }

        private void offer(AgentEvent event) {
            inbox.add(event);
            try {
                pump();
            } catch (Killed killed) {
                inbox.clear();
                if (losesFile) {
                    losesFile = false;
                    disk = SavedState.empty("boot");
                }
                engine = engine();
                runner = runner();
                begin();
            }
        }

        private void pump() {
            for (int i = 0; i < 200; i++) {
                AgentEvent event = inbox.poll();
                if (event == null) {
                    nowMillis += 1_000;
                    event = new AgentEvent.Tick();
                    if (i > 100) {
                        return;
                    }
                }
                for (AgentEffect effect : engine.step(event, ++nowMillis, nowMillis)) {
                    perhapsKilled();
                    carryOut(effect);
                    perhapsKilled();
                    noUnitTwice();
                }
            }
        }

        private void perhapsKilled() {
            if (places++ == killAt) {
                throw new Killed();
            }
        }

        private void carryOut(AgentEffect effect) {
            switch (effect) {
                case AgentEffect.SaveState save -> disk = save.state();
                case AgentEffect.SaveMembership save -> membership = save.membership();
                case AgentEffect.SaveLease save -> inbox.add(new AgentEvent.LeaseSaved(save.lease()));
                case AgentEffect.StartStep step -> runner.start(step);
                case AgentEffect.StartCopyStep step -> volumes.start(step);
                case AgentEffect.CancelFetch cancel -> volumes.cancelFetch(cancel.key());
                case AgentEffect.SetGrants grants -> volumes.grant(grants);
                case AgentEffect.CancelStep cancel -> runner.cancelStep(cancel.key());
                case AgentEffect.Forget gone -> runner.forget(gone.key());
                case AgentEffect.ListContainers list -> runner.listContainers(list.token());
                case AgentEffect.ListVolumes list -> runner.listVolumes(list.token());
                case AgentEffect.SendReport report ->
                    inbox.add(new AgentEvent.ReportAcked(report.epoch(), report.sequence()));
                case AgentEffect.EndSession end -> {
                    inbox.add(new AgentEvent.SessionOpened("cluster1", 1, ++epoch));
                    inbox.add(set());
                }
            }
        }

        private void noUnitTwice() {
            Set<String> used = new TreeSet<>();
            for (ContainerState state : runtime.list()) {
                if (state.alive()) {
                    state.unitIds()
                            .forEach(unit -> assertThat(used.add(unit))
                                    .as("killed at %d: unit %s is used twice", killAt, unit)
                                    .isTrue());
                    String first = idOfStarted.putIfAbsent(state.name(), state.id());
                    assertThat(first == null || first.equals(state.id()))
                            .as("killed at %d: %s is started in a second container", killAt, state.name())
                            .isTrue();
                }
            }
        }

        private void check(String podId, Phase phase) {
            List<ObservedPod> pods = engine.observed().stream()
                    .filter(pod -> pod.key().podId().equals(podId))
                    .toList();
            assertThat(pods).as("killed at %d, pod %s", killAt, podId).isNotEmpty();
            assertThat(pods.getLast().phase())
                    .as("killed at %d, pod %s", killAt, podId)
                    .isEqualTo(phase);
        }

        private AgentEngine engine() {
            return new AgentEngine(disk, Lease.none("boot"), membership, "boot");
        }

        private PodRunner runner() {
            Injection injection =
                    Injection.choose(gpus, new EngineGpuSupport(false, Set.of(), false), Path.of("/devices"));
            PodPlans plans = new PodPlans(
                    injection,
                    new HostShare(new UnitShare(100, 512, 100, 512), UnitShare.NONE, new TreeSet<>(), new TreeMap<>()),
                    "127.0.0.1",
                    false);
            return new PodRunner(
                    runtime,
                    plans,
                    volumes,
                    new HostImages(runtime, names -> {}),
                    inbox::add,
                    () -> false,
                    UnitGate.OPEN,
                    new SameThread());
        }

        private static Assignment assign(String podId, int incarnation, Goal goal, String... units) {
            ContainerSpec spec = new ContainerSpec(IMAGE, List.of(), List.of(), "", new TreeMap<>(), true);
            VolumeKey volume = podId.equals("a") ? VA : VB;
            return new Assignment(
                    podId,
                    incarnation,
                    goal,
                    "tenant",
                    spec,
                    List.of(units),
                    100,
                    512,
                    20,
                    1_000,
                    false,
                    podId.equals("a") || podId.equals("b")
                            ? List.of(new VolumeMount(volume, VolumeKind.SYSTEM, "", ""))
                            : List.of(),
                    List.of(),
                    "",
                    0);
        }

        private static VolumeOrder keep(VolumeKey key, boolean proven) {
            return new VolumeOrder(
                    key, CopyGoal.KEEP, VolumeKind.SYSTEM, "tenant", "pod", 10, proven, "", null, List.of(), 0);
        }

        private static VolumeOrder goal(VolumeKey key, CopyGoal goal) {
            return new VolumeOrder(key, goal, VolumeKind.SYSTEM, "tenant", "pod", 10, true, "", null, List.of(), 0);
        }
    }
}
