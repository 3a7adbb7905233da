package dev.berth.agent.gpu;

import dev.berth.agent.store.DurableFile;
import dev.berth.agent.store.UnreadableFileException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent must not forget about its units, as a file of its data folder. Used by one thread at a time. */
final class QuarantineFile {
    /** "BERTHQU" and the version of the format. */
    private static final long MAGIC = 0x42455254_48515501L;

    private final DurableFile file;

    private QuarantineFile(Path path) {
        file = new DurableFile(path, MAGIC);
    }

    static QuarantineFile in(Path dataFolder) {
        return new QuarantineFile(dataFolder.resolve("quarantine"));
    }

    /** Holds the idle memory once more, without the units, for when the other is damaged. */
    static QuarantineFile ofIdleMemory(Path dataFolder) {
        return new QuarantineFile(dataFolder.resolve("quarantine.idle"));
    }

    /** @param bootId of the boot in which the idle memory was seen */
    record Content(String bootId, SortedMap<String, Quarantined> units, SortedMap<String, Integer> idleMib) {}

    void write(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(content.bootId());
            out.writeInt(content.units().size());
            for (Map.Entry<String, Quarantined> unit : content.units().entrySet()) {
                out.writeUTF(unit.getKey());
                out.writeUTF(unit.getValue().finding().kind().name());
                out.writeUTF(unit.getValue().finding().words());
                out.writeLong(unit.getValue().sinceMillis());
            }
            out.writeInt(content.idleMib().size());
            for (Map.Entry<String, Integer> unit : content.idleMib().entrySet()) {
                out.writeUTF(unit.getKey());
                out.writeInt(unit.getValue());
            }
        }
        file.write(bytes.toByteArray());
    }

    /** Empty when it was never written. */
    Optional<Content> read() throws IOException {
        Optional<byte[]> bytes = file.read();
        return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(bytes.get()));
    }

    private Content parse(byte[] bytes) throws UnreadableFileException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Content content = new Content(in.readUTF(), new TreeMap<>(), new TreeMap<>());
            for (int left = in.readInt(); left > 0; left--) {
                String unit = in.readUTF();
                Finding finding = new Finding(Finding.Kind.valueOf(in.readUTF()), in.readUTF());
                content.units().put(unit, new Quarantined(finding, in.readLong()));
            }
            for (int left = in.readInt(); left > 0; left--) {
                content.idleMib().put(in.readUTF(), in.readInt());
            }
            return content;
        } catch (IOException e) {
            throw new UnreadableFileException(file.path(), e);
        } catch (IllegalArgumentException e) {
            throw new UnreadableFileException(file.path(), new IOException(e.toString(), e));
        }
    }

    /** Keeps a damaged file for people to look at. It stays in place too: it tells of the loss until a new one is written. */
    Path copyAside() throws IOException {
        Path aside = file.path().resolveSibling("quarantine.unreadable");
        return Files.copy(file.path(), aside, StandardCopyOption.REPLACE_EXISTING);
    }
}
