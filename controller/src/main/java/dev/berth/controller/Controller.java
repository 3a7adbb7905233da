package dev.berth.controller;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.LoopConfig;
import dev.berth.controller.loop.SteadyClock;
import dev.berth.controller.rpc.AdminToken;
import dev.berth.controller.rpc.Ids;
import dev.berth.controller.rpc.Servers;
import dev.berth.controller.rpc.ServersConfig;
import dev.berth.controller.store.SqliteStore;
import dev.berth.controller.store.StoreFullException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A running controller: the only place that makes a store, a loop and servers, and that ends them in order. */
public final class Controller implements AutoCloseable {
    private final SqliteStore store;
    private final ControllerLoop loop;
    private final Servers servers;

    private Controller(SqliteStore store, ControllerLoop loop, Servers servers) {
        this.store = store;
        this.loop = loop;
        this.servers = servers;
    }

    /**
     * Recovers, then listens.
     *
     * @param onFatal called when the controller can no longer vouch for its state; the process must end
     */
    public static Controller start(ControllerConfig config, Consumer<Throwable> onFatal)
            throws IOException, StoreFullException {
        RandomGenerator random = new SecureRandom();
        SteadyClock clock = SteadyClock.system();
        SqliteStore store = SqliteStore.open(config.data());
        try {
            String token = AdminToken.readOrCreate(config.data(), random);
            ControllerLoop loop = new ControllerLoop(
                    store,
                    clock,
                    LoopConfig.DEFAULT
                            .scaled(config.timeScale())
                            .keepingStoppedPods(config.retentionMillis())
                            .keepingTrash(config.trashMillis()),
                    new Ids(random).next(),
                    onFatal);
            try {
                return new Controller(store, loop, Servers.start(ports(config), loop, clock, random, token));
            } catch (IOException | RuntimeException e) {
                loop.close();
                throw e;
            }
        } catch (IOException | StoreFullException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static ServersConfig ports(ControllerConfig config) {
        return new ServersConfig(
                new ServersConfig.Port(config.listen(), tls(config, null)),
                new ServersConfig.Port(config.agentListen(), tls(config, config.agentCa())));
    }

    private static ServersConfig.@Nullable Tls tls(ControllerConfig config, @Nullable Path clientAuthority) {
        Path certificate = config.certificate();
        Path key = config.key();
        return certificate == null || key == null ? null : new ServersConfig.Tls(certificate, key, clientAuthority);
    }

    public int apiPort() {
        return servers.apiPort();
    }

    public int agentPort() {
        return servers.agentPort();
    }

    /** For benchmarks that bring hosts without agents. */
    public ControllerLoop loop() {
        return loop;
    }

    @Override
    public void close() {
        servers.close();
        loop.close();
        store.close();
    }
}
