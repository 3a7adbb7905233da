package dev.berth.cli.outcome;

import io.grpc.Status;

/** The exit codes of the program, and which of them a refusal of the API becomes. Used by every verb; any thread. */
public final class ExitCodes {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int NOT_FOUND = 3;
    public static final int PRECONDITION = 4;
    public static final int NO_CAPACITY = 5;
    public static final int UNAVAILABLE = 6;

    /** How the description of a refusal begins when no host of the fleet could ever take the pod. */
    static final String UNSATISFIABLE = "UNSATISFIABLE: ";

    private ExitCodes() {}

    /** The exit code of a refused call. */
    public static int of(Status status) {
        return switch (status.getCode()) {
            case OK -> DONE;
            case INVALID_ARGUMENT -> USAGE;
            case NOT_FOUND -> NOT_FOUND;
            case FAILED_PRECONDITION -> isUnsatisfiable(status) ? NO_CAPACITY : PRECONDITION;
            // Somebody else changed it meanwhile.
            case ABORTED -> PRECONDITION;
            case RESOURCE_EXHAUSTED -> NO_CAPACITY;
            case UNAVAILABLE, DEADLINE_EXCEEDED -> UNAVAILABLE;
            case CANCELLED,
                    UNKNOWN,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    DATA_LOSS,
                    UNAUTHENTICATED -> FAILED;
        };
    }

    static boolean isUnsatisfiable(Status status) {
        String description = status.getDescription();
        return description != null && description.startsWith(UNSATISFIABLE);
    }
}
