package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.volume.VolumeException;
import org.slf4j.Logger;

/** What a failure of the engine or of a volume means for a step. Pure but for the log. */
final class Outcomes {
    private Outcomes() {}

    static StepOutcome of(ContainerException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case INVALID_IMAGE -> refused(FailureReason.INVALID_IMAGE, message);
            case IMAGE_PULL_AUTH -> refused(FailureReason.IMAGE_PULL_AUTH, message);
            case IMAGE_ARCH_UNSUPPORTED -> refused(FailureReason.IMAGE_ARCH_UNSUPPORTED, message);
            case IMAGE_OS_UNSUPPORTED -> refused(FailureReason.IMAGE_OS_UNSUPPORTED, message);
            case PULL_TIMEOUT -> refused(FailureReason.PULL_TIMEOUT, message);
            case CONTAINER_CREATE_ERROR -> refused(FailureReason.CONTAINER_CREATE_ERROR, message);
            case PORT_CONFLICT -> refused(FailureReason.PORT_CONFLICT, message);
            case NOT_FOUND, UNKILLABLE, INTERRUPTED -> new StepOutcome.Uncertain(message);
            case ENGINE_UNAVAILABLE -> new StepOutcome.Unavailable(message);
        };
    }

    /** Of a mount what is refused now is refused for ever; only what others hold and a full disk pass. */
    static StepOutcome of(PodStep step, VolumeException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NOT_FOUND, DAMAGED, WRONG_OWNER, STALE_INCARNATION, LAYERS_UNFIT, REFUSED_SIZE, BAD_PATH, CONFLICT ->
                refused(FailureReason.VOLUME_ERROR, message);
            case IMAGE_UNFIT -> refused(FailureReason.IMAGE_OS_UNSUPPORTED, message);
            case BUSY, HOST_FULL -> new StepOutcome.Unavailable(message);
            case NOT_SYNCED ->
                step == PodStep.UNMOUNT ? new StepOutcome.Unsynced(message) : new StepOutcome.Uncertain(message);
            case FAILED -> new StepOutcome.Uncertain(message);
        };
    }

    static StepOutcome refused(FailureReason reason, String message) {
        return new StepOutcome.Refused(new Failure(reason, message));
    }

    static void log(Logger log, StartStep step, StepOutcome outcome) {
        switch (outcome) {
            case StepOutcome.Done done -> log.info("pod {}: {} done", step.key(), step.step());
            case StepOutcome.Mounted mounted ->
                log.info("pod {}: its volumes are mounted {}", step.key(), mounted.warnings());
            case StepOutcome.Unsynced unsynced ->
                log.error("pod {}: unmounted with a loss: {}", step.key(), unsynced.message());
            case StepOutcome.Refused refused ->
                log.warn(
                        "pod {}: {} refused: {} {}",
                        step.key(),
                        step.step(),
                        refused.failure().reason(),
                        refused.failure().message());
            case StepOutcome.LeaseEnded ended -> log.warn("pod {}: {}", step.key(), ended.message());
            case StepOutcome.ImageMissing missing -> log.info("pod {}: its image is missing", step.key());
            case StepOutcome.Uncertain uncertain ->
                log.warn("pod {}: {} without a known end: {}", step.key(), step.step(), uncertain.message());
            case StepOutcome.Unavailable away ->
                log.warn("pod {}: {} not possible now: {}", step.key(), step.step(), away.message());
        }
    }
}
