package dev.berth.agent.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a container has written outside the pod's own volumes: its layer, and the volumes that the engine makes for what
 * its image declares, which it counts nowhere. Every file is looked at, so it takes its time. Called by many threads.
 */
final class WrittenBytes {
    /** For some ten million files. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final EngineConnection engine;

    WrittenBytes(EngineConnection engine) {
        this.engine = engine;
    }

    long of(String container) {
        String what = "measure container " + container;
        JsonNode made = ask(what, container);
        long bytes = made.path("SizeRw").asLong();
        for (JsonNode mount : made.path("Mounts")) {
            if (mount.path("Type").asText().equals("volume")
                    && mount.path("Driver").asText().equals("local")) {
                bytes += used(what, mount.path("Source").asText());
            }
        }
        return bytes;
    }

    /** Not by the client's own class, whose number has 32 bits. */
    private JsonNode ask(String what, String container) {
        try (Deadline deadline = Deadline.in(engine.timer(), LIMIT);
                Response response =
                        engine.open(what, Method.GET, "/containers/" + container + "/json?size=1", deadline)) {
            return engine.guarded(what, deadline, () -> {
                try {
                    return engine.json().readTree(response.getBody());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (DockerException e) {
            throw new ContainerException(Kind.NOT_FOUND, what + ": " + EngineError.text(e), e);
        }
    }

    /** By the tool, which goes from folder to folder without following a link, whatever is changed meanwhile. */
    private static long used(String what, String folder) {
        try {
            Process du = new ProcessBuilder("du", "-sx", "--block-size=1", "--", folder)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(new File("/dev/null"))
                    .start();
            if (!du.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                du.destroyForcibly();
                throw new ContainerException(
                        Kind.ENGINE_UNAVAILABLE, what + ": " + folder + " has too many files to be measured");
            }
            String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // What was deleted on the way makes it fail, and it tells the rest; a folder that is gone has no bytes.
            return said.isBlank() ? 0 : Long.parseLong(said.split("\\s", 2)[0]);
        } catch (IOException e) {
            throw new ContainerException(Kind.ENGINE_UNAVAILABLE, what + ": du cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException(Kind.INTERRUPTED, "interrupted: " + what, e);
        }
    }
}
