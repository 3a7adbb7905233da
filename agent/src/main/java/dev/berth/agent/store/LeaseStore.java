package dev.berth.agent.store;

import dev.berth.agent.model.Lease;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's lease in a file of its own, replaced with every heartbeat by the agent's loop. Not synced: it outlives the
 * process, which is all that is asked of it, for after a boot it is void. A file that cannot be read is no lease.
 */
public final class LeaseStore {
    private static final Logger log = LoggerFactory.getLogger(LeaseStore.class);
    /** "BERTHLE" and the version of the format. */
    private static final long MAGIC = 0x42455254_484c4501L;

    private final DurableFile file;

    public LeaseStore(Path dataFolder) {
        file = new DurableFile(dataFolder.resolve("lease"), MAGIC);
    }

    public void save(Lease lease) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(lease.bootId());
            out.writeLong(lease.term());
            out.writeLong(lease.deadlineMillis());
            out.writeDouble(lease.timeScale());
        }
        file.replace(bytes.toByteArray());
    }

    /** As it was saved, of whatever boot; none where nothing can be read. */
    public Lease load(String bootId) {
        try {
            byte[] content = file.read().orElse(null);
            if (content == null) {
                return Lease.none(bootId);
            }
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
                return new Lease(in.readUTF(), in.readLong(), in.readLong(), in.readDouble());
            }
        } catch (IOException e) {
            log.warn("{}; this host holds no lease, and what is left of elastic pods is stopped", e.getMessage());
            return Lease.none(bootId);
        }
    }
}
