package dev.berth.agent.transfer;

/** Why a transfer did not end in a copy, as far as it matters for what to do next. */
public enum TransferFailure {
    /** The other agent has no such transfer for us, or is not the agent that we were told. Ask the controller. */
    REFUSED,
    /** The other agent does not answer, is busy, or stopped in the middle. Try again: what is here is kept. */
    UNREACHABLE,
    /** What came, or what lies here, is not what the source has. Never adopt it. Fetching again is safe. */
    CORRUPT,
    /** The source cannot read its copy, or it keeps changing. */
    SOURCE_ERROR,
    /** No room on this host. Try again when there is. */
    DISK_FULL,
    /** This host's disk failed in another way. */
    DISK_ERROR,
    /** We were told to stop. Fetching again goes on from there. */
    CANCELLED
}
