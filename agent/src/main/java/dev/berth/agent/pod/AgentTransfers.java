package dev.berth.agent.pod;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.transfer.Cancellation;
import dev.berth.agent.transfer.Ticket;
import dev.berth.agent.transfer.TransferClient;
import dev.berth.agent.transfer.TransferException;
import dev.berth.agent.transfer.TransferResult;
import dev.berth.agent.transfer.TransferServer;
import dev.berth.agent.transfer.TransferSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link CopyTransfers} by this agent's server and client. */
public final class AgentTransfers implements CopyTransfers {
    private static final Logger log = LoggerFactory.getLogger(AgentTransfers.class);
    private static final int WHOLE_PERCENT = 100;

    private final TransferServer server;
    private final TransferClient client;
    /** Of fetches that have begun and not ended. */
    private final Map<VolumeKey, Cancellation> fetches = new ConcurrentHashMap<>();
    /** Guarded by this. */
    private final Map<VolumeKey, Set<Ticket>> granted = new HashMap<>();

    public AgentTransfers(TransferServer server, TransferClient client) {
        this.server = server;
        this.client = client;
    }

    @Override
    public void begin(VolumeKey key) {
        fetches.put(key, new Cancellation());
    }

    @Override
    public void end(VolumeKey key) {
        fetches.remove(key);
    }

    @Override
    public Fetched fetch(VolumeOrder order, Path file, IntConsumer percent) throws FetchException {
        VolumeKey key = order.key();
        Cancellation cancellation = fetches.get(key);
        if (cancellation == null) {
            throw new IllegalStateException("the fetch of volume " + key + " has not begun");
        }
        try {
            Percent told = new Percent(percent);
            TransferResult result = client.fetch(source(order), file, told::at, cancellation);
            return new Fetched(result.fileBytes(), result.facts());
        } catch (TransferException e) {
            throw new FetchException("volume " + key + " is not fetched: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new FetchException("volume " + key + " cannot be fetched: " + e.getMessage(), e);
        }
    }

    /** Tells each percent once. */
    private static final class Percent {
        private final IntConsumer sink;
        private int told = -1;

        Percent(IntConsumer sink) {
            this.sink = sink;
        }

        synchronized void at(long doneBytes, long totalBytes) {
            int now = totalBytes <= 0 ? WHOLE_PERCENT : (int) (doneBytes * WHOLE_PERCENT / totalBytes);
            if (now > told) {
                told = now;
                sink.accept(now);
            }
        }
    }

    private static TransferSource source(VolumeOrder order) {
        FetchSource source = order.source();
        if (source == null) {
            throw new IllegalArgumentException("its order names no host that has it");
        }
        int colon = source.address().lastIndexOf(':');
        String port = source.address().substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("the host that has it gives no copies: \"" + source.address() + "\"");
        }
        return new TransferSource(
                source.address().substring(0, colon),
                Integer.parseInt(port),
                source.fingerprint(),
                new Ticket(source.ticket()),
                new VolumeKey(order.key().volumeId(), source.generation()));
    }

    @Override
    public void cancel(VolumeKey key) {
        Cancellation cancellation = fetches.get(key);
        if (cancellation != null) {
            cancellation.cancel();
        }
    }

    @Override
    public void forget(Path file) {
        try {
            TransferClient.forgetJournal(file);
        } catch (IOException e) {
            log.warn("the journal beside {} cannot be deleted and is left there: {}", file, e.toString());
        }
    }

    @Override
    public synchronized void grant(VolumeKey key, Path file, Supplier<CopyFacts> facts, List<FetchGrant> grants) {
        Set<Ticket> now = new HashSet<>();
        for (FetchGrant grant : grants) {
            try {
                Ticket ticket = new Ticket(grant.ticket());
                server.grant(ticket, key, grant.fingerprint(), file, facts);
                now.add(ticket);
            } catch (IllegalArgumentException e) {
                log.warn("volume {} cannot be given to another host: {}", key, e.getMessage());
            }
        }
        for (Ticket before : granted.getOrDefault(key, Set.of())) {
            if (!now.contains(before)) {
                server.revoke(before);
            }
        }
        if (now.isEmpty()) {
            granted.remove(key);
        } else {
            granted.put(key, now);
        }
    }
}
