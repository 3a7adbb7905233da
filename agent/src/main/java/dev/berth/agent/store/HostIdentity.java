package dev.berth.agent.store;

import dev.berth.agent.model.Membership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who this host is: id, cluster and highest term, in one file of the data folder. Read once at start, then written by
 * the agent's loop. A damaged file stops the agent: a host that forgot its id would be another host.
 */
public final class HostIdentity {
    /** "BERTHID" and the version of the format. */
    private static final long MAGIC = 0x42455254_48494401L;

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 16;

    private final DurableFile file;

    public HostIdentity(Path dataFolder) {
        file = new DurableFile(dataFolder.resolve("identity"), MAGIC);
    }

    /** The saved one, or a new one with an id of its own, saved before it is used. */
    public Membership loadOrCreate(RandomGenerator random) throws IOException {
        Optional<byte[]> content = file.read();
        if (content.isEmpty()) {
            Membership created = new Membership(newId(random), "", 0);
            save(created);
            return created;
        }
        List<String> lines =
                new String(content.get(), StandardCharsets.UTF_8).lines().toList();
        if (lines.size() != 3) {
            throw new UnreadableFileException(file.path(), "it has " + lines.size() + " lines instead of 3");
        }
        return new Membership(lines.get(0), lines.get(1), Long.parseLong(lines.get(2)));
    }

    public void save(Membership membership) throws IOException {
        String text = membership.hostId() + "\n" + membership.clusterId() + "\n" + membership.highestTerm() + "\n";
        file.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String newId(RandomGenerator random) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
