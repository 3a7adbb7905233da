package dev.berth.controller.pod;

/** What can move a pod: the owner's actions, what its host reports of the present incarnation, and the scheduler. */
public enum Trigger {
    PAUSE,
    RUN,
    /** A run to rescue data, where the volumes are and at once. */
    RUN_WITHOUT_GPUS,
    TERMINATE,
    EDIT,
    RESTART,
    RESET,
    LOCK,
    UNLOCK,
    /** Nothing is free and the pod does not want to wait, or no longer. */
    NO_CAPACITY,
    /** Its units go to a request that bids more. */
    PREEMPT,
    /** Nobody asked it to stop, or only for a while: it may queue again by itself. */
    REQUEUE,
    HOST_PULLING,
    HOST_STARTING,
    HOST_RUNNING,
    /** The process ended and that is proven. */
    HOST_ENDED,
    HOST_START_FAILED,
    /** Nothing of the pod is left on its host. */
    HOST_GONE,
    /** The host is lost or given up, and with it whatever ran there. */
    HOST_LOST,
    /** The deadline by which the host is to be empty has come. */
    DRAIN
}
