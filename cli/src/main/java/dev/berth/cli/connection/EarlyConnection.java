package dev.berth.cli.connection;

import dev.berth.cli.outcome.CliFailure;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Connects on a second thread while the first one still reads the command line: each takes about as long, and a
 * machine has two cores. Only for plaintext, which lets the process do without TLS altogether. Started by the process,
 * taken by its one run.
 */
public final class EarlyConnection implements Connector {
    private final Endpoint endpoint;
    private final Connector otherwise;
    private final FutureTask<Connection> task;

    private EarlyConnection(Endpoint endpoint, Connector otherwise) {
        this.endpoint = endpoint;
        this.otherwise = otherwise;
        this.task = new FutureTask<>(() -> {
            WithoutTls.apply();
            Connection connection = otherwise.connect(endpoint);
            connection.connect();
            return connection;
        });
    }

    /** Begins to connect to where the environment says, if that can be plaintext. */
    public static Connector start(Map<String, String> environment, Connector otherwise) {
        Endpoint endpoint = Endpoint.parse(environment.getOrDefault("BERTH_ENDPOINT", Endpoint.DEFAULT));
        if (!Transport.isPlaintext(endpoint, environment)) {
            return otherwise;
        }
        EarlyConnection early = new EarlyConnection(endpoint, otherwise);
        Thread thread = new Thread(early.task, "connect");
        thread.setDaemon(true);
        thread.start();
        return early;
    }

    @Override
    public Connection connect(Endpoint wanted) {
        if (wanted.port() != endpoint.port() || !wanted.host().equals(endpoint.host())) {
            return otherwise.connect(wanted);
        }
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CliFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nothing interrupts the main thread of the program.", e);
        }
    }
}
