package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.PortBinding;
import dev.berth.agent.model.RunningPod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A port is ready when somebody behind the engine's proxy keeps the connection; the proxy itself takes every one. */
class ReadinessProbeTest {
    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    /** Like the engine's proxy in front of a port at which nobody listens. */
    private static void dropAll(ServerSocket server) {
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    server.accept().close();
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
    }

    private static void keepAll(ServerSocket server, List<Socket> kept) {
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    kept.add(server.accept());
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
    }

    @Test
    @SuppressWarnings("try") // One of them is closed early: that is what the test is about.
    void onlyPortsThatKeepAConnectionAreReady() throws Exception {
        List<Socket> kept = new ArrayList<>();
        try (ServerSocket keeps = listening();
                ServerSocket drops = listening();
                ReadinessProbe probe = new ReadinessProbe("0.0.0.0", events::add)) {
            keepAll(keeps, kept);
            dropAll(drops);
            PodKey key = new PodKey("a", 1);
            probe.running(List.of(new RunningPod(
                    key,
                    "id",
                    List.of(new PortBinding(80, keeps.getLocalPort()), new PortBinding(22, drops.getLocalPort())),
                    20)));
            assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(new AgentEvent.PortsAnswer(key, "id", List.of(80)));
            keeps.close();
            assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(new AgentEvent.PortsAnswer(key, "id", List.of()));
        }
        for (Socket socket : kept) {
            socket.close();
        }
    }
}
