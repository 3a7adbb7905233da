package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.UnitFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host: its GPUs, its boots and the containers on it, which live whether or not an agent does. Steps are carried out
 * here by name; a start takes effect only on a container that never ran, as the agent's runtime has it.
 */
final class Machine {
    /** A container; ids are never used again. */
    static final class Box {
        final PodKey key;
        final String id;
        final List<String> units;
        final String image;
        ContainerStatus status = ContainerStatus.CREATED;
        int code;

        private Box(PodKey key, String id, Assignment assignment, List<String> units) {
            this.key = key;
            this.id = id;
            this.units = units;
            this.image = assignment.container().image();
        }

        @Override
        public String toString() {
            return key + " " + status + " " + units;
        }
    }

    final HostId hostId;
    private final Inventory whole;
    private Inventory inventory;
    final SortedMap<PodKey, Box> boxes = new TreeMap<>();
    private final ContainerOracle oracle;
    private final Mutant mutant;
    private Consumer<Box> onStart = box -> {};
    private Consumer<Box> onEnd = box -> {};
    private int boots = 1;
    private int made;
    private int forgottenUpTo;

    Machine(HostId hostId, Inventory inventory, ContainerOracle oracle, Mutant mutant) {
        this.hostId = hostId;
        this.whole = inventory;
        this.inventory = inventory;
        this.oracle = oracle;
        this.mutant = mutant;
    }

    void watch(Consumer<Box> whenStarted, Consumer<Box> whenEnded) {
        onStart = whenStarted;
        onEnd = whenEnded;
    }

    String bootId() {
        return "boot-" + boots;
    }

    Inventory inventory() {
        return inventory;
    }

    /** Comes back with one GPU missing, or whole. */
    void reboot(int missingGpu) {
        boots++;
        List<UnitFacts> units = new ArrayList<>(whole.units());
        if (missingGpu >= 0 && missingGpu < units.size()) {
            units.remove(missingGpu);
        }
        inventory = new Inventory(whole.facts(), units, whole.links(), whole.simulated(), whole.warnings());
        boxes.values().stream()
                .filter(box -> box.status == ContainerStatus.RUNNING)
                .forEach(box -> {
                    box.status = ContainerStatus.EXITED;
                    box.code = 255;
                });
    }

    /** The process in it ends by itself. */
    void exit(Box box, int code) {
        if (box.status == ContainerStatus.RUNNING) {
            box.status = ContainerStatus.EXITED;
            box.code = code;
            onEnd.accept(box);
        }
    }

    /** With {@code docker rm -f}. */
    void removedByHand(Box box) {
        exit(box, 137);
        boxes.remove(box.key);
    }

    List<Box> running() {
        return boxes.values().stream()
                .filter(box -> box.status == ContainerStatus.RUNNING)
                .toList();
    }

    StepOutcome apply(StartStep step) {
        Box box = boxes.get(step.key());
        switch (step.step()) {
            case PULL -> {
                return pull(step);
            }
            case CREATE -> {
                return create(step, box);
            }
            case START -> {
                if (box != null && box.image.equals("nostart") && box.id.equals(step.containerId())) {
                    return refused(FailureReason.CONTAINER_CREATE_ERROR, "no such program in the image");
                }
                start(box, step.containerId());
            }
            case STOP -> stop(box);
            case REMOVE -> {
                stop(box);
                boxes.remove(step.key());
            }
            case INSPECT -> {}
        }
        return new StepOutcome.Done(found(step.key()));
    }

    private static StepOutcome pull(StartStep step) {
        Assignment assignment = step.assignment();
        return switch (assignment == null ? "" : assignment.container().image()) {
            case "nosuch" -> refused(FailureReason.INVALID_IMAGE, "no such image");
            case "private" -> refused(FailureReason.IMAGE_PULL_AUTH, "the registry wants a password");
            default -> new StepOutcome.Done(null);
        };
    }

    static StepOutcome refused(FailureReason reason, String message) {
        return new StepOutcome.Refused(new Failure(reason, message));
    }

    private StepOutcome create(StartStep step, @Nullable Box before) {
        Assignment assignment = step.assignment();
        if (assignment == null) {
            throw new Violation("host " + hostId + " creates a container for no assignment: " + step);
        }
        if (assignment.container().image().equals("nocreate")) {
            return refused(FailureReason.CONTAINER_CREATE_ERROR, "the engine refuses the container");
        }
        if (before != null && mutant == Mutant.FORGETS_AND_STARTS_AGAIN && before.status != ContainerStatus.CREATED) {
            before.status = ContainerStatus.EXITED;
            boxes.remove(step.key());
        }
        if (!boxes.containsKey(step.key())) {
            List<String> units = new ArrayList<>(assignment.unitIds());
            if (mutant == Mutant.GRANTS_ONE_UNIT_MORE) {
                inventory.units().stream()
                        .map(unit -> unit.id())
                        .filter(id -> !units.contains(id))
                        .findFirst()
                        .ifPresent(units::add);
            }
            boxes.put(step.key(), new Box(step.key(), hostId + "-" + ++made, assignment, List.copyOf(units)));
        }
        return new StepOutcome.Done(found(step.key()));
    }

    private void start(@Nullable Box box, String containerId) {
        if (box != null && box.id.equals(containerId) && box.status == ContainerStatus.CREATED) {
            box.status = ContainerStatus.RUNNING;
            oracle.started(this, box);
            onStart.accept(box);
        }
    }

    private void stop(@Nullable Box box) {
        if (box != null && box.status == ContainerStatus.RUNNING) {
            oracle.stopped(this, box);
            exit(box, 143);
        }
    }

    /** For mutants that act on what their agent's file does not name. */
    void killUnknown(List<PodKey> named) {
        for (Box box : List.copyOf(boxes.values())) {
            if (!named.contains(box.key)) {
                stop(box);
                boxes.remove(box.key);
            }
        }
    }

    /** For the mutant agent that no longer sees what was made before it started. */
    void forgetContainers() {
        forgottenUpTo = made;
    }

    List<FoundContainer> list() {
        List<FoundContainer> all = new ArrayList<>();
        for (PodKey key : boxes.keySet()) {
            FoundContainer found = found(key);
            if (found != null) {
                all.add(found);
            }
        }
        return all;
    }

    @Nullable
    FoundContainer found(PodKey key) {
        Box box = boxes.get(key);
        if (box == null || Integer.parseInt(box.id.substring(box.id.lastIndexOf('-') + 1)) <= forgottenUpTo) {
            return null;
        }
        Exit exit = box.status == ContainerStatus.EXITED ? new Exit(box.code, false, false) : null;
        return new FoundContainer(key, box.id, box.status, box.units, exit);
    }

    /** A stop that a mutant believes in. */
    StepOutcome pretendStopped(StartStep step) {
        FoundContainer found = found(step.key());
        return new StepOutcome.Done(
                found == null || step.step() != PodStep.STOP
                        ? found
                        : new FoundContainer(
                                found.key(),
                                found.containerId(),
                                ContainerStatus.EXITED,
                                found.unitIds(),
                                new Exit(137, false, true)));
    }
}
