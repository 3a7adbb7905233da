package dev.berth.agent.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What an exception of docker-java says: the engine's own words, and whether the engine was reached at all. */
final class EngineError {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EngineError() {}

    /** The engine's message, out of {@code Status 500: {"message":"…"}}. */
    static String text(DockerException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        int brace = message.indexOf('{');
        return brace < 0 ? message.strip() : textOfBody(message.substring(brace));
    }

    /** In the words of the engine's proxy, or of its kernel. */
    static boolean isPortConflict(String text) {
        return text.contains("port is already allocated")
                || text.contains("address already in use")
                || text.contains("ports are not available");
    }

    static String textOfBody(String body) {
        try {
            JsonNode text = JSON.readTree(body).path("message");
            return text.isMissingNode() ? body.strip() : text.asText().strip();
        } catch (JsonProcessingException e) {
            return body.strip();
        }
    }

    /** Whether the call broke on the way: docker-java wraps the IOException of its transport. */
    static boolean transport(RuntimeException e) {
        return !(e instanceof DockerException)
                && (e instanceof UncheckedIOException || e.getCause() instanceof IOException);
    }

    static String transportText(RuntimeException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
