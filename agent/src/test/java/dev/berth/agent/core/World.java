package dev.berth.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A container engine that does, forgets to answer, answers without doing, and does late; and the oracle that sees every
 * container: no unit in two live ones, none started twice.
 */
final class World {
    /** One container; ids are never used again. */
    static final class Box {
        final String id;
        final List<String> units;
        ContainerStatus status = ContainerStatus.CREATED;
        int code;

        Box(String id, List<String> units) {
            this.id = id;
            this.units = units;
        }
    }

    final Map<PodKey, Box> boxes = new TreeMap<>();
    private final Map<PodKey, Integer> starts = new TreeMap<>();
    private final List<StartStep> late = new ArrayList<>();
    private final RandomGenerator random;
    boolean faults = true;
    private int made;

    World(RandomGenerator random) {
        this.random = random;
    }

    /** Carries a step out, or not, and says something about it. */
    StepOutcome answer(StartStep step) {
        int dice = faults ? random.nextInt(20) : 19;
        return switch (dice) {
            case 0 -> new StepOutcome.Unavailable("away");
            case 1 -> {
                apply(step);
                yield new StepOutcome.Uncertain("reply lost");
            }
            case 2 -> new StepOutcome.Uncertain("never arrived");
            case 3 -> {
                late.add(step);
                yield new StepOutcome.Uncertain("timed out");
            }
            case 4 ->
                step.step() == PodStep.CREATE || step.step() == PodStep.PULL
                        ? new StepOutcome.Refused(new Failure(FailureReason.INVALID_IMAGE, "no such image"))
                        : apply(step);
            case 5 -> step.step() == PodStep.CREATE ? new StepOutcome.ImageMissing() : apply(step);
            default -> apply(step);
        };
    }

    /** The agent was killed while the step was under way: the engine may have it, or not, or get to it later. */
    void orphan(StartStep step) {
        switch (random.nextInt(3)) {
            case 0 -> apply(step);
            case 1 -> late.add(step);
            default -> {}
        }
    }

    void doLate() {
        if (!late.isEmpty()) {
            apply(late.remove(random.nextInt(late.size())));
        }
    }

    void endOneByItself() {
        List<Box> running = boxes.values().stream()
                .filter(box -> box.status == ContainerStatus.RUNNING)
                .toList();
        if (!running.isEmpty()) {
            Box box = running.get(random.nextInt(running.size()));
            box.status = ContainerStatus.EXITED;
            box.code = 7;
        }
    }

    void reboot() {
        late.clear();
        for (Box box : boxes.values()) {
            if (box.status == ContainerStatus.RUNNING) {
                box.status = ContainerStatus.EXITED;
                box.code = 255;
            }
        }
    }

    List<FoundContainer> list() {
        List<FoundContainer> found = new ArrayList<>();
        boxes.keySet().forEach(key -> found.add(seen(key)));
        if (faults && !found.isEmpty() && random.nextInt(10) == 0) {
            found.remove(random.nextInt(found.size()));
        }
        return found;
    }

    private StepOutcome apply(StartStep step) {
        PodKey key = step.key();
        Box box = boxes.get(key);
        switch (step.step()) {
            case PULL, INSPECT, START_AGAIN, UNMOUNT, CLEAR -> {}
            case MOUNT -> {
                return new StepOutcome.Mounted(List.of());
            }
            case CREATE -> create(step);
            case START -> {
                if (box != null && box.id.equals(step.containerId()) && box.status == ContainerStatus.CREATED) {
                    box.status = ContainerStatus.RUNNING;
                    assertThat(starts.merge(key, 1, Integer::sum))
                            .as("starts of %s", key)
                            .isEqualTo(1);
                }
            }
            case STOP -> {
                if (box != null && box.status == ContainerStatus.RUNNING) {
                    box.status = ContainerStatus.EXITED;
                    box.code = 143;
                }
            }
            case REMOVE -> boxes.remove(key);
        }
        check();
        return new StepOutcome.Done(seen(key));
    }

    private void create(StartStep step) {
        Assignment assignment = step.assignment();
        assertThat(assignment).as("created for an assignment").isNotNull();
        if (assignment != null && !boxes.containsKey(step.key())) {
            boxes.put(step.key(), new Box("box" + ++made, assignment.unitIds()));
        }
    }

    private @Nullable FoundContainer seen(PodKey key) {
        Box box = boxes.get(key);
        if (box == null) {
            return null;
        }
        Exit exit = box.status == ContainerStatus.EXITED ? new Exit(box.code, false, false) : null;
        return new FoundContainer(key, box.id, box.status, box.units, exit);
    }

    private void check() {
        TreeSet<String> used = new TreeSet<>();
        boxes.forEach((key, box) -> {
            if (box.status == ContainerStatus.RUNNING) {
                box.units.forEach(unit -> assertThat(used.add(unit))
                        .as("unit %s in two live containers: %s", unit, key)
                        .isTrue());
            }
        });
    }
}
