package dev.berth.agent.telemetry;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.link.Channels;
import dev.berth.proto.agent.v1.OpenExec;
import dev.berth.proto.agent.v1.TelemetryGrpc;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that run in containers of this host for callers of the controller. Each has a connection of its own, and
 * so outlives a lost session and the age of the connection that it was asked for on: only the end of its own call ends
 * it. Any thread.
 */
final class ExecCalls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExecCalls.class);
    /** Twice what the controller asks for, for those that have ended there and are not gone here. */
    private static final int MOST = 64;

    private final Channels channels;
    private final ContainerRuntime runtime;
    private final Executor threads;
    private final Map<ExecCall, ManagedChannel> open = new ConcurrentHashMap<>();

    /** {@code threads}: one for each task; calls are called back on them. */
    ExecCalls(Channels channels, ContainerRuntime runtime, Executor threads) {
        this.channels = channels;
        this.runtime = runtime;
        this.threads = threads;
    }

    /** Tells the controller that it is here for this command; runs it once the controller says so. */
    void open(OpenExec wanted) {
        ManagedChannel channel;
        try {
            channel = channels.open(threads);
        } catch (SSLException e) {
            log.warn("no TLS with the controller for a command: {}", e.getMessage());
            return;
        }
        ExecCall call = new ExecCall(wanted, runtime, open.size() < MOST, this::ended);
        open.put(call, channel);
        TelemetryGrpc.newStub(channel).exec(call);
        call.announce();
    }

    private void ended(ExecCall call) {
        ManagedChannel channel = open.remove(call);
        if (channel != null) {
            channel.shutdown();
        }
    }

    /** Ends all. */
    @Override
    public void close() {
        open.forEach((call, channel) -> {
            call.stop();
            channel.shutdownNow();
        });
    }
}
