package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect.SetGrants;
import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.CopyStep;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what an agent does to copies, on the disk of its machine: takes time, fails, does it and says that it
 * failed; dies with the agent at any point. What it may give to whom is known to the agent's process alone.
 */
final class CopyWorker {
    private static final int FETCH_PARTS = 4;

    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final Machine machine;
    private final SortedMap<String, CopyWorker> peers;
    private final Mutant mutant;
    private final List<Work> underWay = new ArrayList<>();
    private final SortedMap<VolumeKey, List<FetchGrant>> granted = new TreeMap<>();
    private BooleanSupplier answers = () -> false;

    private static final class Work {
        final StartCopyStep step;
        final Consumer<AgentEvent> tell;
        boolean cancelled;
        boolean over;
        int parts;
        /** What the source had when the fetch began to read it. */
        @Nullable
        Written content;

        Work(StartCopyStep step, Consumer<AgentEvent> tell) {
            this.step = step;
            this.tell = tell;
        }
    }

    CopyWorker(
            Timeline timeline,
            Chance chance,
            Trace trace,
            Machine machine,
            SortedMap<String, CopyWorker> peers,
            Mutant mutant) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.machine = machine;
        this.peers = peers;
        this.mutant = mutant;
        peers.put(machine.inventory().reach().transferAddress(), this);
    }

    /** Whether the agent's process is there and able to give copies away. */
    void servesWhile(BooleanSupplier able) {
        answers = able;
    }

    void grant(SetGrants grants) {
        granted.put(grants.key(), grants.grants());
    }

    void cancel(VolumeKey key) {
        underWay.stream().filter(work -> work.step.key().equals(key)).forEach(work -> work.cancelled = true);
    }

    /** What it was about to do is done or not, or cut off in the middle; nobody is told. */
    void agentDied() {
        for (Work work : underWay) {
            work.over = true;
            if (work.step.step() != CopyStep.FETCH && chance.below(2) == 0) {
                apply(work.step, chance.below(2) == 0);
            }
        }
        underWay.clear();
        granted.clear();
    }

    /** What mutants do to copies that nobody named to them. */
    void mutate(AgentEvent event, List<VolumeOrder> saved) {
        Stream<VolumeKey> named = Stream.of();
        if (mutant == Mutant.DELETES_UNKNOWN_COPIES && event instanceof AgentEvent.VolumesListed) {
            named = saved.stream().map(VolumeOrder::key);
        } else if (mutant == Mutant.DELETES_ON_ABSENCE
                && event instanceof AgentEvent.DesiredReceived desired
                && desired.full()) {
            named = desired.volumes().stream().map(VolumeOrder::key);
        } else {
            return;
        }
        List<VolumeKey> spared = named.toList();
        machine.disk.found().stream()
                .map(FoundCopy::key)
                .filter(key -> !spared.contains(key))
                .forEach(machine.disk::wipe);
    }

    /** Answers after a while, with what lies and is mounted there then; or the disk cannot be listed. */
    void list(long token, Consumer<AgentEvent> answer) {
        timeline.after(
                chance.between(1, 100),
                () -> machine.gate.pass(() -> {
                    boolean failed = chance.strikes(Fault.VOLUMES_UNLISTED);
                    AgentEvent said = failed
                            ? new AgentEvent.ListingFailed(token, "the volumes' folder cannot be read")
                            : new AgentEvent.VolumesListed(token, machine.disk.mounting(), machine.disk.found());
                    // No hardship of the machine's: what is to be stopped by a certain time does not wait for it.
                    long onItsWay = chance.strikes(Fault.CLOG) ? chance.between(0, 15_000) : chance.between(0, 20);
                    timeline.after(onItsWay, () -> answer.accept(said));
                }));
    }

    void begin(StartCopyStep step, Consumer<AgentEvent> tell) {
        Work work = new Work(step, tell);
        underWay.add(work);
        if (step.step() == CopyStep.FETCH) {
            boolean slow = chance.below(4) == 0;
            fetchLater(work, slow ? chance.between(1_000, 20_000) : chance.between(5, 500));
        } else {
            timeline.after(chance.between(5, 300), () -> machine.gate.pass(() -> finish(work)));
        }
    }

    private void finish(Work work) {
        if (work.over) {
            return;
        }
        if (chance.strikes(Fault.COPY_STEP_FAILS)) {
            end(work, new CopyOutcome.Failed("the disk did not do it"));
            return;
        }
        boolean half = chance.strikes(Fault.COPY_STEP_CUT);
        CopyOutcome outcome = apply(work.step, half);
        end(work, half ? new CopyOutcome.Failed("cut off") : outcome);
    }

    private CopyOutcome apply(StartCopyStep step, boolean half) {
        return switch (step.step()) {
            case GROW -> machine.disk.grow(step.key(), step.order().sizeBytes());
            case TAKE_BACK -> machine.disk.takeBack(step.order(), half);
            case TRASH -> machine.disk.trash(step.key());
            case PURGE -> machine.disk.purge(step.key());
            case FETCH -> throw new IllegalArgumentException("a fetch goes on part by part");
        };
    }

    private void end(Work work, CopyOutcome outcome) {
        work.over = true;
        underWay.remove(work);
        work.tell.accept(new AgentEvent.CopyStepFinished(work.step.key(), work.step.step(), outcome));
    }

    private void fetchLater(Work work, long partMillis) {
        timeline.after(
                partMillis,
                () -> machine.gate.pass(() -> {
                    if (!work.over) {
                        fetchPart(work, partMillis);
                    }
                }));
    }

    private void fetchPart(Work work, long partMillis) {
        if (work.parts == 0 && machine.disk.present(work.step.key()) != null) {
            end(work, machine.disk.adopt(work.step.order(), null));
            return;
        }
        String trouble = work.cancelled ? "given up" : machine.disk.isFull() ? "the disk is full" : read(work);
        if (trouble == null && chance.strikes(Fault.FETCH_CUT)) {
            trouble = "the connection broke";
        }
        if (trouble != null) {
            trace.add(machine.hostId.value(), "the fetch of " + work.step.key() + " ends: " + trouble);
            if (mutant == Mutant.ADOPTS_A_CUT_FETCH && work.parts > 0) {
                end(work, machine.disk.adopt(work.step.order(), null));
                return;
            }
            end(work, new CopyOutcome.Failed(trouble));
            return;
        }
        machine.disk.receive(work.step.order());
        if (++work.parts < FETCH_PARTS) {
            work.tell.accept(new AgentEvent.FetchProgress(work.step.key(), 100 * work.parts / FETCH_PARTS));
            fetchLater(work, partMillis);
            return;
        }
        CopyOutcome outcome = machine.disk.adopt(work.step.order(), work.content);
        end(work, chance.strikes(Fault.COPY_STEP_CUT) ? new CopyOutcome.Failed("cut off") : outcome);
    }

    /** Why the source gives nothing at this moment, or null. */
    private @Nullable String read(Work work) {
        FetchSource from = work.step.order().source();
        CopyWorker source = from == null ? null : peers.get(from.address());
        if (from == null || source == null || source == this) {
            return "no host is named that has it";
        }
        if (!source.answers.getAsBoolean()) {
            return "the source does not answer";
        }
        VolumeKey key = new VolumeKey(work.step.key().volumeId(), from.generation());
        String own = machine.inventory().reach().transferFingerprint();
        boolean granted = source.granted.getOrDefault(key, List.of()).contains(new FetchGrant(from.ticket(), own));
        HostDisk.Copy copy = source.machine.disk.present(key);
        if (copy == null
                || !granted
                || !from.fingerprint().equals(source.machine.inventory().reach().transferFingerprint())) {
            return "the source knows no such transfer";
        }
        if (work.parts > 0 && work.content != copy.synced) {
            return "the source is not what it was any more";
        }
        work.content = copy.synced;
        return null;
    }
}
