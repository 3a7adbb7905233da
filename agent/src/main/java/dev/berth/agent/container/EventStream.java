package dev.berth.agent.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch on the engine's events: a virtual thread that reads, tells the listener, and dials again after every loss.
 * It asks for the events of the last seconds too, since the engine answers a moment before it subscribes the caller.
 */
final class EventStream implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Duration OVERLAP = Duration.ofSeconds(5);
    private static final long FIRST_DELAY_MILLIS = 100;
    private static final long LONGEST_DELAY_MILLIS = 5_000;
    private static final int INVENTED_CODE = 255;

    private final EngineConnection engine;
    private final ContainerLabels labels;
    private final DockerStates states;
    private final ContainerListener listener;
    private final Thread thread;

    private volatile boolean closed;
    private volatile DockerHttpClient.@Nullable Response open;

    EventStream(EngineConnection engine, ContainerLabels labels, DockerStates states, ContainerListener listener) {
        this.engine = engine;
        this.labels = labels;
        this.states = states;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("engine-events").unstarted(this::run);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        DockerHttpClient.Response response = open;
        if (response != null) {
            response.close();
        }
        thread.interrupt();
    }

    private void run() {
        long delayMillis = FIRST_DELAY_MILLIS;
        while (!closed) {
            String why;
            try {
                if (follow()) {
                    delayMillis = FIRST_DELAY_MILLIS;
                }
                why = "the engine ended the stream";
            } catch (DockerException e) {
                why = EngineError.text(e);
            } catch (RuntimeException e) {
                why = String.valueOf(e.getMessage());
            }
            if (!closed) {
                engine.forget();
                LOG.warn("engine events lost, trying again: {}", why);
                listener.lost(why);
                LockSupport.parkNanos(Duration.ofMillis(delayMillis).toNanos());
                delayMillis = Math.min(2 * delayMillis, LONGEST_DELAY_MILLIS);
            }
        }
    }

    private boolean follow() {
        String path = "/events?since=" + Instant.now().minus(OVERLAP).getEpochSecond() + "&filters=" + filters();
        try (Deadline answer = Deadline.in(engine.timer(), engine.settings().callTimeout());
                DockerHttpClient.Response response = engine.open("watch events", Method.GET, path, answer)) {
            // From here on silence is normal.
            answer.end();
            open = response;
            Instant connectedAt = Instant.now();
            listener.connected();
            try (MappingIterator<JsonNode> items =
                    engine.json().readerFor(JsonNode.class).readValues(response.getBody())) {
                while (!closed && items.hasNextValue()) {
                    read(items.nextValue(), connectedAt).ifPresent(listener::event);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        } finally {
            open = null;
        }
    }

    private Optional<ContainerEvent> read(JsonNode item, Instant connectedAt) {
        JsonNode actor = item.path("Actor");
        Map<String, String> attributes = engine.json()
                .convertValue(
                        actor.path("Attributes"),
                        engine.json().getTypeFactory().constructMapType(Map.class, String.class, String.class));
        String id = actor.path("ID").asText();
        Optional<ContainerLabels.Mark> mark = labels.read(attributes.get("name"), attributes);
        Optional<ContainerEvent.Type> type = type(item.path("Action").asText());
        if (mark.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        long nanos = item.path("timeNano").asLong();
        Instant time = Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
        OptionalInt code = OptionalInt.empty();
        if (type.get() == ContainerEvent.Type.DIED) {
            code = exitCode(id, attributes.get("exitCode"), time.isBefore(connectedAt));
        }
        return Optional.of(new ContainerEvent(
                type.get(), id, mark.get().podId(), mark.get().incarnation(), time, code));
    }

    private OptionalInt exitCode(String id, @Nullable String text, boolean replayed) {
        if (text == null || !text.matches("\\d{1,9}")) {
            return OptionalInt.empty();
        }
        int code = Integer.parseInt(text);
        if (replayed && code == INVENTED_CODE) {
            return OptionalInt.empty();
        }
        states.sawDying(id, code);
        return OptionalInt.of(code);
    }

    private static Optional<ContainerEvent.Type> type(String action) {
        return switch (action) {
            case "start" -> Optional.of(ContainerEvent.Type.STARTED);
            case "die" -> Optional.of(ContainerEvent.Type.DIED);
            case "oom" -> Optional.of(ContainerEvent.Type.OUT_OF_MEMORY);
            default -> Optional.empty();
        };
    }

    private String filters() {
        List<String> own = labels.own().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .toList();
        Map<String, List<String>> filters =
                Map.of("type", List.of("container"), "event", List.of("die", "oom", "start"), "label", own);
        try {
            return URLEncoder.encode(engine.json().writeValueAsString(filters), StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("filters cannot be written", e);
        }
    }
}
