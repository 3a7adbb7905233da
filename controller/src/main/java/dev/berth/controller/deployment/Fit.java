package dev.berth.controller.deployment;

/** How a live pod stands to the template of its deployment, as the engine judges it. */
public enum Fit {
    /** As the template has it, or not in a way that matters to a pod that runs. */
    CURRENT,
    /** Runs something else than the template says: to be replaced without much being missed at a time. */
    OUTDATED,
    /** Its place does not satisfy the template's conditions: to be replaced now. */
    UNFIT
}
