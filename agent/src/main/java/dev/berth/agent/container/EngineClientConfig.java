package dev.berth.agent.container;

import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.core.SSLConfig;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What docker-java is told. Its own default would read the environment, system properties and root's
 * {@code ~/.docker/config.json}, and so pull a tenant's image with the operator's credentials.
 */
record EngineClientConfig(Path socket, RemoteApiVersion version) implements DockerClientConfig {
    @Override
    public URI getDockerHost() {
        return URI.create("unix://" + socket);
    }

    @Override
    public RemoteApiVersion getApiVersion() {
        return version;
    }

    @Override
    public @Nullable String getRegistryUsername() {
        return null;
    }

    @Override
    public @Nullable String getRegistryPassword() {
        return null;
    }

    @Override
    public @Nullable String getRegistryEmail() {
        return null;
    }

    @Override
    public @Nullable String getRegistryUrl() {
        return null;
    }

    @Override
    public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
        return null;
    }

    @Override
    public AuthConfigurations getAuthConfigurations() {
        return new AuthConfigurations();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface itself still speaks of this class
    public @Nullable SSLConfig getSSLConfig() {
        return null;
    }
}
