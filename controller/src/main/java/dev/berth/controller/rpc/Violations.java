package dev.berth.controller.rpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gathers what is wrong with a request, field by field, so that a caller learns all of it at once: a sentence for
 * people and google.rpc.BadRequest for programs. One per request, one thread.
 */
final class Violations {
    private static final int MOST = 20;

    private final List<Violation> found = new ArrayList<>(0);

    record Violation(String field, String description) {}

    void add(String field, String description) {
        if (found.size() < MOST) {
            found.add(new Violation(field, description));
        }
    }

    void check(boolean holds, String field, String description) {
        if (!holds) {
            add(field, description);
        }
    }

    void range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            add(field, "must be " + min + ".." + max + ", is " + value);
        }
    }

    /** Counts code points, as the limits of the API do. */
    void length(String field, String value, int min, int max) {
        int length = value.codePointCount(0, value.length());
        if (length < min || length > max) {
            add(field, "must be " + min + ".." + max + " characters, is " + length);
        }
    }

    void count(String field, int count, int max) {
        if (count > max) {
            add(field, "must be at most " + max + " entries, is " + count);
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Violation> found() {
        return found;
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw toException();
        }
    }

    StatusRuntimeException toException() {
        BadRequest.Builder details = BadRequest.newBuilder();
        found.forEach(violation ->
                details.addFieldViolationsBuilder().setField(violation.field).setDescription(violation.description));
        String sentence = found.stream()
                .map(violation -> violation.field + ": " + violation.description)
                .collect(Collectors.joining("; "));
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage(sentence)
                .addDetails(Any.pack(details.build()))
                .build());
    }

    static StatusRuntimeException one(String field, String description) {
        Violations violations = new Violations();
        violations.add(field, description);
        return violations.toException();
    }
}
