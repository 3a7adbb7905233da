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
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeMount;
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
        /** Copies that it binds. */
        final List<VolumeKey> volumes;
        /** Its label: it may run only within the host's lease. */
        final boolean elastic;

        ContainerStatus status = ContainerStatus.CREATED;
        int starts;
        int code;
        /** The code is the engine's invention: it died with the process, and says nothing of its end. */
        boolean codeInvented;
        /** Ended by nobody's request, and the engine was there to see it. */
        boolean endedByItself;
        /** When the lease under it ended first, in true time; 0 while it has not. */
        long lapsedMillis;

        long hardshipAtLapseMillis;
        /** The agent that stopped it has lost its file since, and with it that it did. */
        boolean signalForgotten;
        /** The lease as its agent has it ended while this lived. */
        boolean lapsedForAgent;

        private Box(PodKey key, String id, Assignment assignment, List<String> units) {
            this.key = key;
            this.id = id;
            this.units = units;
            this.image = assignment.container().image();
            this.volumes = assignment.volumes().stream().map(VolumeMount::key).toList();
            this.elastic = assignment.elastic();
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
    final HostDisk disk;

    private final ContainerOracle oracle;
    private final Mutant mutant;
    final MachineClock clock;
    /** Closed while the machine sleeps. */
    final Gate gate;
    /** On a disk that a boot empties. */
    Lease lease;
    /** Until when the newest acknowledged heartbeat really covers it, on the boot-time clock. */
    long coveredUntilBootMillis;
    /** How long faults have kept the agent from doing its work, all in all. */
    long hardshipMillis;

    private boolean off;
    private Consumer<Box> onStart = box -> {};
    private Consumer<Box> onEnd = box -> {};
    private int boots = 1;
    private int made;
    private int forgottenUpTo;

    Machine(
            HostDisk disk,
            Inventory inventory,
            Timeline timeline,
            double clockRate,
            ContainerOracle oracle,
            Mutant mutant) {
        this.disk = disk;
        hostId = disk.hostId;
        clock = new MachineClock(timeline, clockRate);
        gate = new Gate(timeline);
        lease = Lease.none(bootId());
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

    int boots() {
        return boots;
    }

    /** A heartbeat sent then, in that boot, was acknowledged: what the lease may last at most. */
    void covered(int boot, long sentBootMillis, long leaseMillis) {
        if (boot == boots && leaseMillis > 0) {
            coveredUntilBootMillis = Math.max(coveredUntilBootMillis, sentBootMillis + leaseMillis);
        }
    }

    Inventory inventory() {
        return inventory;
    }

    boolean isOff() {
        return off;
    }

    boolean isAsleep() {
        return gate.isClosed();
    }

    void sleep(long millis) {
        if (!isAsleep()) {
            clock.sleep();
            gate.close(millis);
            gate.passFirst(clock::wake);
        }
    }

    void wake() {
        if (isAsleep()) {
            gate.open();
        }
    }

    /** Nothing runs on it any more; it comes back by {@link #reboot}. */
    void powerOff() {
        off = true;
        dieAll();
    }

    /** Comes back with one GPU missing, or whole. */
    void reboot(int missingGpu) {
        off = false;
        gate.reset();
        clock.boot();
        boots++;
        coveredUntilBootMillis = 0;
        lease = Lease.none(bootId());
        List<UnitFacts> units = new ArrayList<>(whole.units());
        if (missingGpu >= 0 && missingGpu < units.size()) {
            units.remove(missingGpu);
        }
        inventory =
                new Inventory(whole.facts(), units, whole.links(), whole.reach(), whole.simulated(), whole.warnings());
        dieAll();
    }

    private void dieAll() {
        disk.crash();
        running().forEach(box -> {
            box.status = ContainerStatus.EXITED;
            box.code = 255;
            box.codeInvented = true;
            oracle.ended(box);
        });
    }

    /** The process in it ends by itself. */
    void exit(Box box, int code) {
        if (box.status == ContainerStatus.RUNNING) {
            disk.write(box.key);
            box.status = ContainerStatus.EXITED;
            box.code = code;
            oracle.ended(box);
            onEnd.accept(box);
        }
    }

    /** The same, by nobody's request. */
    void exitByItself(Box box, int code) {
        box.endedByItself |= box.status == ContainerStatus.RUNNING;
        exit(box, code);
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
                start(box, step.containerId(), ContainerStatus.CREATED);
            }
            case START_AGAIN -> start(box, step.containerId(), ContainerStatus.EXITED);
            case MOUNT -> {
                return mount(step, Integer.MAX_VALUE);
            }
            case UNMOUNT -> {
                return unmount(step.key());
            }
            case STOP -> stop(box);
            case REMOVE -> {
                if (box == null || box.status != ContainerStatus.RUNNING) {
                    boxes.remove(step.key());
                }
            }
            case CLEAR, INSPECT -> {}
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

    /** @param cutAfter so many volumes, when the step is cut off */
    StepOutcome mount(StartStep step, int cutAfter) {
        Assignment assignment = step.assignment();
        return assignment == null
                ? new StepOutcome.ImageMissing()
                : disk.mount(step.key(), assignment, step.orders(), cutAfter);
    }

    private StepOutcome unmount(PodKey key) {
        Box box = boxes.get(key);
        if (box != null && box.status == ContainerStatus.RUNNING) {
            return new StepOutcome.Unavailable("the volumes of " + key + " are in use");
        }
        disk.unmount(key);
        return new StepOutcome.Done(null);
    }

    private void start(@Nullable Box box, String containerId, ContainerStatus from) {
        if (box != null && box.id.equals(containerId) && box.status == from) {
            box.status = ContainerStatus.RUNNING;
            oracle.started(this, box);
            disk.started(box.key, box.volumes, box.elastic);
            onStart.accept(box);
        }
    }

    private void stop(@Nullable Box box) {
        if (box != null && box.status == ContainerStatus.RUNNING) {
            oracle.stopped(this, box);
            exit(box, 143);
        }
    }

    /** The agent's file is lost: nobody knows any more who ended what. */
    void forgetSignals() {
        boxes.values().forEach(box -> box.signalForgotten = true);
    }

    void kill(PodKey key) {
        stop(boxes.get(key));
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
        Exit exit = box.status == ContainerStatus.EXITED
                ? new Exit(box.codeInvented ? null : box.code, false, false)
                : null;
        return new FoundContainer(key, box.id, box.status, box.units, box.elastic, exit);
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
                                found.elastic(),
                                new Exit(137, false, true)));
    }
}
