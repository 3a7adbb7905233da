package dev.berth.agent.container;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the agent reaches its engine and how long it waits.
 *
 * @param hostId the value of the host label
 * @param socket the engine's unix socket
 * @param pullIdle a pull without any progress for this long is given up
 * @param pullTotal a pull that takes longer is given up
 * @param callTimeout for every other call; the engine is taken for unavailable after it
 * @param killTimeout from SIGKILL until a container is called unkillable
 */
public record RuntimeSettings(
        String hostId, Path socket, Duration pullIdle, Duration pullTotal, Duration callTimeout, Duration killTimeout) {
    public static final Path DEFAULT_SOCKET = Path.of("/var/run/docker.sock");

    public static RuntimeSettings of(String hostId) {
        return new RuntimeSettings(
                hostId,
                DEFAULT_SOCKET,
                Duration.ofSeconds(120),
                Duration.ofHours(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20));
    }

    public RuntimeSettings withSocket(Path newSocket) {
        return new RuntimeSettings(hostId, newSocket, pullIdle, pullTotal, callTimeout, killTimeout);
    }

    public RuntimeSettings withPullLimits(Duration idle, Duration total) {
        return new RuntimeSettings(hostId, socket, idle, total, callTimeout, killTimeout);
    }
}
