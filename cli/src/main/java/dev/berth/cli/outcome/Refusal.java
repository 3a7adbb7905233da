package dev.berth.cli.outcome;

import dev.berth.cli.render.Escape;
import io.grpc.Status;

/**
 * Turns a refusal of the API, or a connection that failed, into the two sentences that a person reads. Called where a
 * gRPC status leaves the connection; any thread.
 */
public final class Refusal {
    private Refusal() {}

    /** The failure that stands for a status; {@code endpoint} is where the call went. */
    public static CliFailure of(Status status, String endpoint) {
        String happened = happened(status, endpoint);
        return new CliFailure(ExitCodes.of(status), happened, next(status, endpoint));
    }

    private static String happened(Status status, String endpoint) {
        if (isUnconnected(status)) {
            return "No controller answers at " + endpoint + " (" + rootCause(status) + ")";
        }
        String description = status.getDescription();
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "The controller at " + endpoint + " did not answer in time";
            case UNIMPLEMENTED -> "The controller at " + endpoint + " does not know this call";
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS,
                    UNAUTHENTICATED ->
                description == null || description.isBlank()
                        ? "The controller at " + endpoint + " answered " + status.getCode()
                        : Escape.text(description);
        };
    }

    private static String next(Status status, String endpoint) {
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> "Correct it and run the command again; --help lists the options";
            case NOT_FOUND ->
                "See what there is with: berth pod ls, berth pod ls --history, berth deployment ls, berth volume ls,"
                        + " berth host ls";
            case FAILED_PRECONDITION ->
                ExitCodes.isUnsatisfiable(status)
                        ? "Ask for less, or ask why, with the same options: berth pod explain"
                        : "See the state and what it allows with: berth pod get, berth deployment get, berth volume get, berth host get";
            case ABORTED -> "Look at what it is now, and run the command again if it is still wanted";
            case RESOURCE_EXHAUSTED -> "Nothing was changed; try again later";
            case ALREADY_EXISTS -> "Use another --idempotency-key, or leave it out";
            case UNAUTHENTICATED -> "Set BERTH_TOKEN, or BERTH_TOKEN_FILE to the file that holds the token";
            case PERMISSION_DENIED -> "Ask an administrator for a token that may do this";
            case UNAVAILABLE ->
                isUnconnected(status)
                        ? "Start one with ./berth up, or name another with --endpoint or BERTH_ENDPOINT"
                        : "Try again in a moment";
            case DEADLINE_EXCEEDED -> "Try again in a moment, and see the controller's log if it persists";
            case UNIMPLEMENTED -> "Use a client and a controller of the same version";
            case OK, CANCELLED, UNKNOWN, INTERNAL, DATA_LOSS ->
                "See the log of the controller at " + endpoint + " for the cause";
        };
    }

    /** A status that the server sent has no cause; one that the transport made has. */
    private static boolean isUnconnected(Status status) {
        return status.getCode() == Status.Code.UNAVAILABLE && status.getCause() != null;
    }

    private static String rootCause(Status status) {
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "connection lost" : Escape.text(message);
    }
}
