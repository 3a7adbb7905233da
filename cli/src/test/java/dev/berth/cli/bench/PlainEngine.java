package dev.berth.cli.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The engine without Berth: creates and starts twins of a pod's container, with its image, command, environment and
 * whole host configuration, but without Berth's labels, so that no agent takes them for its own. One thread.
 */
final class PlainEngine implements AutoCloseable {
    static final String LABEL = "dev.berth.bench";

    private final DockerClient client;
    private final String id;
    private int made;

    PlainEngine(String id) {
        this.id = id;
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
    }

    /** The container of a pod's incarnation, as the engine shows it. */
    InspectContainerResponse containerOf(String podId, int incarnation) {
        return client.inspectContainerCmd("berth-" + podId + "-" + incarnation).exec();
    }

    /** A request for the twin, which is not sent yet. */
    CreateContainerCmd twinOf(InspectContainerResponse original) {
        ContainerConfig config = original.getConfig();
        return client.createContainerCmd(Objects.requireNonNull(config.getImage()))
                .withName(id + "-" + ++made)
                .withHostName(Objects.requireNonNull(config.getHostName()))
                .withEntrypoint(Objects.requireNonNull(config.getEntrypoint()))
                .withEnv(Objects.requireNonNull(config.getEnv()))
                .withStopSignal("SIGTERM")
                .withLabels(Map.of(LABEL, id))
                .withHostConfig(original.getHostConfig());
    }

    void start(String container) {
        client.startContainerCmd(container).exec();
    }

    void remove(String container) {
        client.removeContainerCmd(container)
                .withForce(true)
                .withRemoveVolumes(true)
                .exec();
    }

    /** Removes every twin that is left. */
    @Override
    public void close() throws IOException {
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(LABEL + "=" + id))
                .exec()
                .forEach(left -> remove(left.getId()));
        client.close();
    }
}
