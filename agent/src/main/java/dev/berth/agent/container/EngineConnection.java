package dev.berth.agent.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one connection pool to the engine, and the rules of every call on it: a time limit, one more try where a pooled
 * connection turned out dead (all calls may be repeated), and docker-java's exceptions turned into ours. The API
 * version is agreed at the first call that reaches the engine. Used by all threads of the runtime.
 */
final class EngineConnection implements AutoCloseable {
    /** The newest that the tests ran against; a newer engine is spoken to in this version. */
    static final RemoteApiVersion NEWEST_TESTED = RemoteApiVersion.create(1, 50);

    static final RemoteApiVersion OLDEST = RemoteApiVersion.create(1, 40);

    private final RuntimeSettings settings;
    private final DockerHttpClient http;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("engine-deadlines").daemon().factory());
    private final ObjectMapper json = DockerClientConfig.getDefaultObjectMapper();

    private volatile @Nullable DockerClient agreed;
    private volatile RemoteApiVersion version = RemoteApiVersion.UNKNOWN_VERSION;

    EngineConnection(RuntimeSettings settings) {
        this.settings = settings;
        this.http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(new EngineClientConfig(settings.socket(), version).getDockerHost())
                .maxConnections(512)
                .build();
    }

    RuntimeSettings settings() {
        return settings;
    }

    ObjectMapper json() {
        return json;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    String apiVersion() {
        return version.getVersion();
    }

    /** Makes one call. Engine answers other than success come out as {@link DockerException}. */
    <T> T call(String what, Function<DockerClient, T> call) {
        return callOnce(what, client -> {
            try {
                return call.apply(client);
            } catch (RuntimeException e) {
                if (!EngineError.transport(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                // A connection kept from before a restart of the engine fails once; a second failure is real.
                return call.apply(client());
            }
        });
    }

    /** For the call that must not be made twice without looking: a second start would run an ended container again. */
    <T> T callOnce(String what, Function<DockerClient, T> call) {
        try (Deadline deadline = Deadline.in(timer, settings.callTimeout())) {
            return guarded(what, deadline, () -> call.apply(client()));
        }
    }

    /** Opens a stream: the caller reads the body under the given deadline and closes the response. */
    DockerHttpClient.Response open(
            String what, DockerHttpClient.Request.Method method, String path, Deadline deadline) {
        return guarded(what, deadline, () -> {
            client();
            DockerHttpClient.Response response = http.execute(DockerHttpClient.Request.builder()
                    .method(method)
                    .path("/v" + apiVersion() + path)
                    .build());
            if (response.getStatusCode() / 100 != 2) {
                try (response) {
                    throw new DockerException(bodyOf(response), response.getStatusCode());
                }
            }
            return response;
        });
    }

    /** Posts something that the engine answers by handing the connection over; the caller closes it. */
    UpgradedConnection upgrade(String what, String path, byte[] body, Deadline deadline) {
        return guarded(what, deadline, () -> {
            client();
            try {
                return UpgradedConnection.open(settings.socket(), "/v" + apiVersion() + path, body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Runs a piece of a call and names what went wrong with it. */
    <T> T guarded(String what, Deadline deadline, Supplier<T> piece) {
        try {
            return piece.get();
        } catch (DockerException | ContainerException e) {
            throw e;
        } catch (RuntimeException e) {
            if (deadline.fired()) {
                throw new ContainerException(Kind.ENGINE_UNAVAILABLE, "the engine did not answer in time: " + what, e);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new ContainerException(Kind.INTERRUPTED, "interrupted: " + what, e);
            }
            if (EngineError.transport(e)) {
                throw new ContainerException(
                        Kind.ENGINE_UNAVAILABLE,
                        "no container engine answers at " + settings.socket() + " (" + EngineError.transportText(e)
                                + "): " + what + "; start dockerd",
                        e);
            }
            throw e;
        }
    }

    private static String bodyOf(DockerHttpClient.Response response) {
        try (InputStream body = response.getBody()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "status " + response.getStatusCode();
        }
    }

    private DockerClient client() {
        DockerClient known = agreed;
        return known != null ? known : agree();
    }

    private synchronized DockerClient agree() {
        DockerClient known = agreed;
        if (known != null) {
            return known;
        }
        Version server = DockerClientImpl.getInstance(
                        new EngineClientConfig(settings.socket(), RemoteApiVersion.UNKNOWN_VERSION), http)
                .versionCmd()
                .exec();
        version = speak(String.valueOf(server.getVersion()), String.valueOf(server.getApiVersion()));
        DockerClient made = DockerClientImpl.getInstance(new EngineClientConfig(settings.socket(), version), http);
        agreed = made;
        return made;
    }

    /** The version to speak with an engine whose newest is {@code serverApi}. */
    static RemoteApiVersion speak(String engineVersion, String serverApi) {
        RemoteApiVersion newest = RemoteApiVersion.parseConfig(serverApi);
        if (!newest.isGreaterOrEqual(OLDEST)) {
            throw new ContainerException(
                    Kind.ENGINE_UNAVAILABLE,
                    "container engine " + engineVersion + " speaks API " + serverApi + "; at least "
                            + OLDEST.getVersion() + " is needed (Docker 19.03): upgrade it");
        }
        return newest.isGreaterOrEqual(NEWEST_TESTED) ? NEWEST_TESTED : newest;
    }

    /** The engine was away: it may come back as another version. */
    void forget() {
        agreed = null;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            http.close();
        } catch (IOException e) {
            // The pool is given up either way.
            agreed = null;
        }
    }
}
