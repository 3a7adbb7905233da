package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The way to the containers of a machine: takes time, forgets to answer, answers without doing, does late, is away for a
 * while. What an agent asked for before it died may still happen.
 */
final class ContainerEngine {
    private final Timeline timeline;
    private final Chance chance;
    private final Trace trace;
    private final Machine machine;
    private final Mutant mutant;
    private final List<Request> underWay = new ArrayList<>();
    private long awayUntilMillis;

    private static final class Request {
        final StartStep step;
        final Consumer<StepOutcome> answer;
        final long millis;
        boolean givenUp;
        boolean neverSent;
        boolean over;

        Request(StartStep step, Consumer<StepOutcome> answer, long millis) {
            this.step = step;
            this.answer = answer;
            this.millis = millis;
        }
    }

    ContainerEngine(Timeline timeline, Chance chance, Trace trace, Machine machine, Mutant mutant) {
        this.timeline = timeline;
        this.chance = chance;
        this.trace = trace;
        this.machine = machine;
        this.mutant = mutant;
    }

    void goAway(long millis) {
        trace.add(machine.hostId.value(), "the container engine does not answer for " + millis + " ms");
        awayUntilMillis = timeline.nowMillis() + millis;
    }

    void comeBack() {
        awayUntilMillis = 0;
    }

    boolean isAway() {
        return timeline.nowMillis() < awayUntilMillis;
    }

    /** All that was under way is lost with the machine. */
    void reboot() {
        underWay.forEach(request -> request.over = true);
        underWay.clear();
        awayUntilMillis = 0;
    }

    /** Of what the agent asked for, some never left it; the engine does the rest, and tells nobody. */
    void agentDied() {
        for (Request request : underWay) {
            request.neverSent |= chance.below(2) == 0;
            if (ofHost(request.step) && !request.neverSent) {
                // Its own doing, which ends with it.
                cut(request.step);
                request.neverSent = true;
            }
        }
    }

    void begin(StartStep step, Consumer<StepOutcome> answer, IntConsumer progress) {
        long millis = duration(step);
        Request request = new Request(step, answer, millis);
        underWay.add(request);
        timeline.after(millis, () -> machine.gate.pass(() -> finish(request)));
        if (step.step() == PodStep.PULL && millis > 1_000) {
            for (int percent = 0; percent < 100; percent += 30) {
                int done = percent;
                timeline.after(100 + millis * percent / 100, () -> {
                    if (!request.over && !machine.isAsleep()) {
                        progress.accept(done);
                    }
                });
            }
        }
    }

    void cancelStep(PodKey key) {
        for (Request request : underWay) {
            if (request.step.key().equals(key)
                    && (request.step.step() == PodStep.PULL || request.step.step() == PodStep.MOUNT)) {
                request.givenUp = true;
                timeline.after(5, () -> machine.gate.pass(() -> finish(request)));
            }
        }
    }

    private long duration(StartStep step) {
        return switch (step.step()) {
            case PULL -> chance.below(3) == 0 ? chance.between(1_000, 40_000) : chance.between(1, 50);
            case CREATE -> chance.between(10, 200);
            case START, START_AGAIN -> chance.between(50, 500);
            case STOP -> {
                // A stubborn process takes the whole grace; the kill after it does not wait.
                long grace = step.assignment() == null ? 0 : step.assignment().graceMillis();
                yield chance.between(10, 200) + (chance.below(3) == 0 ? chance.between(0, grace) : 0);
            }
            case MOUNT, UNMOUNT, CLEAR -> chance.between(5, 300);
            case REMOVE, INSPECT -> chance.between(1, 100);
        };
    }

    /** Not the engine's doing, but the agent's own. */
    private static boolean ofHost(StartStep step) {
        return step.step() == PodStep.MOUNT || step.step() == PodStep.UNMOUNT;
    }

    /** Done to some extent. */
    private void cut(StartStep step) {
        if (step.step() == PodStep.MOUNT) {
            machine.mount(step, chance.below(3));
        } else if (chance.below(2) == 0) {
            machine.apply(step);
        }
    }

    private StepOutcome mounted(Request request) {
        if (chance.strikes(Fault.STEP_REQUEST_LOST)) {
            cut(request.step);
            machine.hardshipMillis += request.millis;
            return new StepOutcome.Uncertain("cut off");
        }
        StepOutcome outcome = machine.apply(request.step);
        return chance.strikes(Fault.STEP_REPLY_LOST) ? new StepOutcome.Uncertain("the answer was lost") : outcome;
    }

    private void finish(Request request) {
        if (request.over) {
            return;
        }
        request.over = true;
        underWay.remove(request);
        if (!request.neverSent) {
            request.answer.accept(outcome(request));
        }
    }

    private StepOutcome outcome(Request request) {
        StartStep step = request.step;
        if (request.givenUp) {
            if (step.step() == PodStep.MOUNT) {
                cut(step);
            }
            return new StepOutcome.Uncertain("given up");
        }
        if (ofHost(step)) {
            return mounted(request);
        }
        if (isAway()) {
            return mutant == Mutant.TAKES_SILENCE_FOR_EMPTY && step.step() == PodStep.INSPECT
                    ? new StepOutcome.Done(null)
                    : new StepOutcome.Unavailable("the engine does not answer");
        }
        if (chance.strikes(Fault.STEP_REQUEST_LOST)) {
            machine.hardshipMillis += request.millis;
            return mutant == Mutant.TAKES_STOP_TIMEOUT_FOR_STOPPED
                    ? machine.pretendStopped(step)
                    : new StepOutcome.Uncertain("no answer within the time limit");
        }
        if (chance.strikes(Fault.STEP_LATE)) {
            String boot = machine.bootId();
            // A name is looked up when the request comes in.
            Machine.Box named = machine.boxes.get(step.key());
            boolean ofThatOne = step.step() == PodStep.REMOVE || step.step() == PodStep.STOP;
            long late = chance.between(1, 30_000);
            machine.hardshipMillis += late + request.millis;
            timeline.after(
                    late,
                    () -> machine.gate.pass(() -> {
                        boolean another = ofThatOne && machine.boxes.get(step.key()) != named;
                        if (machine.bootId().equals(boot) && !machine.isOff() && !another) {
                            trace.add(machine.hostId.value(), "late " + step.step() + " " + step.key());
                            machine.apply(step);
                        }
                    }));
            return new StepOutcome.Uncertain("no answer yet");
        }
        if (step.step() == PodStep.CREATE && chance.strikes(Fault.IMAGE_VANISHES)) {
            return new StepOutcome.ImageMissing();
        }
        if (step.step() == PodStep.PULL
                && step.assignment() != null
                && step.assignment().container().image().equals("stalls")) {
            return Machine.refused(FailureReason.PULL_TIMEOUT, "the registry stalled");
        }
        StepOutcome outcome = machine.apply(step);
        return chance.strikes(Fault.STEP_REPLY_LOST) ? new StepOutcome.Uncertain("the answer was lost") : outcome;
    }

    /** At once, if the engine is there: what was started is not to run after all. */
    boolean killNow(StartStep step) {
        if (isAway()) {
            return false;
        }
        machine.kill(step.key());
        return true;
    }

    /** Answers after a while, with what is there then. */
    void list(long token, boolean agentKnowsItsPods, Consumer<AgentEvent> answer) {
        timeline.after(
                chance.between(1, 100),
                () -> machine.gate.pass(() -> {
                    List<FoundContainer> found = new ArrayList<>(machine.list());
                    if (isAway() && mutant != Mutant.TAKES_SILENCE_FOR_EMPTY) {
                        answer.accept(new AgentEvent.ListingFailed(token, "the engine does not answer"));
                        return;
                    }
                    if (isAway()) {
                        found.clear();
                    } else if (agentKnowsItsPods && !found.isEmpty() && chance.strikes(Fault.LISTING_MISSES)) {
                        found.remove(chance.below(found.size()));
                    }
                    long onItsWay = chance.strikes(Fault.CLOG) ? chance.between(0, 15_000) : chance.between(0, 20);
                    machine.hardshipMillis += onItsWay;
                    timeline.after(onItsWay, () -> answer.accept(new AgentEvent.ContainersListed(token, found)));
                }));
    }
}
