package dev.berth.controller.model;

/** State of a pod as its owner sees it. TERMINATED and FAILED are final. */
public enum PodState {
    INITIALIZING,
    RUNNING,
    STOPPING,
    STOPPED,
    TERMINATING,
    TERMINATED,
    FAILED;

    public boolean isFinal() {
        return this == TERMINATED || this == FAILED;
    }

    /** What a host that holds an incarnation of the pod shall do with it while the pod is in this state. */
    public Goal goal() {
        return switch (this) {
            case INITIALIZING, RUNNING -> Goal.RUN;
            case STOPPING, STOPPED -> Goal.STOP;
            case TERMINATING, TERMINATED, FAILED -> Goal.REMOVE;
        };
    }
}
